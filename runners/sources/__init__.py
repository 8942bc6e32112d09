"""Where items come from: one module for each kind of source, all of them streams of chunks."""
