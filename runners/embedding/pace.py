"""How many rows the next chunk has: more by steps while chunks are quick, half as soon as one is slow.

The rule by which TCP finds its rate (additive increase, multiplicative decrease). Pure; knows no clock.
"""

from dataclasses import dataclass, field

from runners.embedding.params import ChunkParams

_STEP = 50


@dataclass(slots=True)
class ChunkPace:
    """The size of chunks, as it is found out."""

    limits: ChunkParams
    rows: int = field(init=False)

    def __post_init__(self) -> None:
        self.rows = self.limits.most

    def size(self, row_bytes: int) -> int:
        """Return how many rows of about so many bytes to write in one transaction."""
        fitting = self.limits.max_mb * 2**20 // max(row_bytes, 1)
        return max(1, min(self.rows, fitting))

    def took(self, seconds: float) -> None:
        """Learn how long a chunk took."""
        if seconds > self.limits.seconds:
            self.rows = max(self.limits.least, self.rows // 2)
        else:
            self.rows = min(self.limits.most, self.rows + _STEP)
