"""A run of live calls ends before the timeout of its step."""

import pytest

from runners.generation.shift import Shift


@pytest.mark.parametrize("timeout", [0.5, 10.0, 120.0, 299.0, 3600.0])
def test_no_call_is_begun_in_the_second_half_and_all_are_given_up_before_the_timeout(timeout: float) -> None:
    shift = Shift.of(began=1000, timeout=timeout)
    assert 1000 < shift.last_call <= 1000 + timeout / 2
    assert shift.last_call < shift.end < 1000 + timeout


def test_a_long_step_gives_its_worker_back_every_five_minutes() -> None:
    assert Shift.of(began=0, timeout=3600) == Shift(last_call=300, end=3570)
