"""The files that are shipped in ``definitions/library``, by name."""

from importlib.resources import files


def shipped(name: str) -> str:
    """Return the text of a shipped file."""
    return (files("definitions") / "library" / name).read_text("utf-8")
