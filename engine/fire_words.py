"""Knows again the sentences that say in a row of a cron why an instant was not fired as it came. Pure.

The rows keep them as people read them in SQL. What a refused start says is not among them: it is the error itself.
"""

import re

from engine.said import FireReason, Said

NOT_FIRED = "nobody ticked when it was due (misfire: none)"
NOT_THE_LATEST = "nobody ticked when it was due; only the latest is fired (misfire: latest)"

_FORMS = (
    (FireReason.NOT_FIRED, re.compile(re.escape(NOT_FIRED))),
    (FireReason.NOT_THE_LATEST, re.compile(re.escape(NOT_THE_LATEST))),
    (FireReason.OVERLAPPED, re.compile(r"instance (?P<instance_id>\d+) had not ended \(overlap: skip\)")),
    (FireReason.BACKFILLED, re.compile(r"backfilled")),
    (
        FireReason.BACKFILLED_AFTER,
        re.compile(r"backfilled; before, it was (?P<outcome>\w+): (?P<earlier>.*)", re.DOTALL),
    ),
    (FireReason.NOBODY_LOOKED, re.compile(r"no scheduler has looked since; start one with batchdag worker")),
)


def known_reason(reason: str | None) -> Said | None:
    """Return the code and the values of a reason; None: there is none, or it is an error."""
    for code, form in _FORMS:
        if reason is not None and (match := form.fullmatch(reason)):
            return Said(code, match.groupdict(), reason)
    return None
