"""The parts of the ``load`` runner: what the table is, which column gets which field, how chunks are written."""
