"""How a ready step reaches a worker."""
