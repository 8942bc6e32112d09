"""How fast the wall clock goes that crons are read on: as fast as time, but in a test that cannot wait for minutes.

For tests only, and set for the whole process: with ``BATCHDAG_TEST_CRON_PACE=60``, a cron of every minute fires every
second. What a cron may look like is not touched by it: five fields, everywhere.
"""

import os

VARIABLE = "BATCHDAG_TEST_CRON_PACE"


def read_pace(text: str) -> int:
    """Return the pace that the variable asks for; 1 if it is not set.

    Raises:
        RuntimeError: it is not 60, the one pace that is of use: every instant is a whole second then.
    """
    if text not in ("", "60"):
        raise RuntimeError(f"{VARIABLE} is {text!r}: it is for tests only, and must be 60, or not be set")
    return int(text or 1)


PACE = read_pace(os.environ.get(VARIABLE, ""))
