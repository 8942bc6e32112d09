"""What a ``secret://NAME`` stands for, for the engine and the services; runners have secrets too, so they define it."""

from runners.secret_refs import UnknownSecret, is_reference, reveal

__all__ = ["UnknownSecret", "is_reference", "reveal"]
