"""How many messages a worker may have on their way to a claim. Pure.

No more than there is room for: they would wait behind its long steps while others are idle. Each change costs the
broker some work, so the number goes by powers of two, and a full worker waits until some of its slots are free.
"""

MOST = 16


def prefetch(free: int, *, now: int, slots: int) -> int:
    """Return how many messages may be on their way, when so many of the slots are free and it has been ``now``."""
    if free <= 0 or (now == 0 and free < max(1, slots // 10)):
        return 0
    fitting = min(MOST, 1 << (free.bit_length() - 1))
    return now if fitting // 2 < now <= free else fitting
