"""The parts of the ``embed`` runner: what is checked, what is written together, where it goes on, what is swapped."""
