"""The HTTP face: runs, definitions, instances, prompts, the queue, and what is live, for programs and the console."""
