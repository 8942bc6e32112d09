"""When and whether a step runs; the only owner of state."""
