"""Data sets as files: one reader for each format, and what all of them become."""
