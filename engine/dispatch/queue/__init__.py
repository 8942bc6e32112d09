"""Queue dispatch: a message broker carries news of ready steps to workers on many machines."""
