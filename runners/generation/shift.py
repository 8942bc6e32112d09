"""How long one run of a step makes live calls: it ends in good time before the step's timeout would cut calls off."""

from dataclasses import dataclass

_SLICE = 300.0
"""Seconds after which a long run of calls gives its worker back; it goes on at once, in its turn."""
_RESERVE = 30.0
"""Seconds before the timeout at which calls are given up, so that what is known of them can be written down."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Two moments by the event loop's clock."""

    last_call: float
    """No call is begun later."""
    end: float
    """What is under way then is broken off. It is in doubt, like any call that breaks."""

    @classmethod
    def of(cls, *, began: float, timeout: float) -> "Shift":
        """Return the shift of a run that has begun at this moment and may take so many seconds."""
        return cls(began + min(_SLICE, timeout / 2), began + timeout - min(_RESERVE, timeout / 5))
