"""What a newcomer runs first: the real commands, each in a process of its own, as they would be started by hand."""
