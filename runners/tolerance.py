"""How many of a step's items may fail. Where nothing is said: any number, but not every one."""

from definitions.models import Tolerate
from runners.base import BadData


def most(tolerate: Tolerate, *, of: int) -> int:
    """Return how many of so many items may fail: either bound suffices."""
    return max(tolerate.count, int(of * tolerate.percent / 100))


def nothing_good(count: int, *, what: str, first: str | None) -> BadData:
    """Say that all have failed: a step that made nothing of its input is no success unless somebody has said so."""
    return BadData(
        f"not one of the {count:,} {what} is good; the first: {first}. Mend them, or say `tolerate: {{percent: 100}}`"
        " if that may be"
    )
