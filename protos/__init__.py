"""Protocol buffers and their generated stubs; the streaming services bring the first of them."""
