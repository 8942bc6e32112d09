"""Every bad definition, checked in Python as ``apply`` does it: the same places are named, and nothing hangs."""

import time

import pytest

from definitions.validation import check
from tests.bad_definitions import BAD, RUNNERS, BadDefinition

CHECKED = [bad for bad in BAD if bad.python and bad.steps_text is None]


@pytest.mark.parametrize("bad", CHECKED, ids=lambda bad: bad.name)
def test_the_check_in_python_names_the_same_places(bad: BadDefinition) -> None:
    started = time.thread_time()
    found = [problem.path for problem in check(bad.row, runners=RUNNERS)]
    assert time.thread_time() - started < 10
    for path in bad.paths:
        assert any(is_at_or_below(place, path) for place in found), found[:20]


def is_at_or_below(place: str, path: str) -> bool:
    """Python may name the very value that is too deep or too long, where the database names the step that holds it."""
    return place == path or place.startswith((f"{path}.", f"{path}["))
