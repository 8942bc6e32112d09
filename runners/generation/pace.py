"""How many live calls may be under way: more while all goes well, half after each 429, one to try whether an outage is
over. Pure: it is told the time.
"""

from datetime import timedelta

_STEP = 0.25
_OUTAGE = 3
_LONGEST_PAUSE = 60.0
_MOST_DOUBLINGS = 6
_DEFAULT_PAUSE = timedelta(seconds=5)


class Pace:
    """Additive increase, multiplicative decrease, with a pause after back-pressure."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._allowed = float(most)
        self._resume_at = 0.0
        self.in_a_row = 0
        """Calls that broke with no answer between them."""
        self.under_way = 0
        """Calls of all jobs that share this pace."""

    @property
    def is_outage(self) -> bool:
        return self.in_a_row >= _OUTAGE

    @property
    def allowed(self) -> int:
        """How many calls may be under way."""
        return 1 if self.is_outage else max(1, int(self._allowed))

    @property
    def free(self) -> int:
        """How many more may be begun."""
        return max(0, self.allowed - self.under_way)

    def recall(self, *, now: float, in_a_row: int, pause: float) -> None:
        """Take up what is known already: from before a snooze, or from another process."""
        self.in_a_row = max(self.in_a_row, in_a_row)
        self._resume_at = max(self._resume_at, now + pause)

    def went_well(self) -> None:
        """One call was answered."""
        self.in_a_row = 0
        self._allowed = min(self._most, self._allowed + _STEP / max(self._allowed, 1.0))

    def was_refused(self, *, now: float, retry_after: timedelta | None) -> None:
        """The provider had too much of us: half as much, and not before it says."""
        self._allowed = max(1.0, self._allowed / 2)
        pause = retry_after if retry_after is not None else _DEFAULT_PAUSE
        self._resume_at = max(self._resume_at, now + pause.total_seconds())

    def was_in_doubt(self, *, now: float) -> None:
        """A call broke. One may; several with no answer between them mean an outage, so wait, and ever longer."""
        self.in_a_row += 1
        if self.is_outage:
            seconds = min(2.0 ** min(self.in_a_row - _OUTAGE, _MOST_DOUBLINGS), _LONGEST_PAUSE)
            self._resume_at = max(self._resume_at, now + seconds)

    def pause(self, now: float) -> float:
        """Return for how many seconds nothing may be sent."""
        return max(0.0, self._resume_at - now)
