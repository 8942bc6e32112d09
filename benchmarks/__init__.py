"""Reproducible measurements: each prints a table of ratios, taken in one run beside a limit or a peer."""
