"""How a step is run: the runner protocol, the registry, and the runners that are shipped."""
