"""What is live: one watch of the database in each process, and the subscribers that it feeds."""
