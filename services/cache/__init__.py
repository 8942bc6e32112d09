"""What a reader keeps of what it has read: in this process and in Redis, for as long as nothing has changed."""
