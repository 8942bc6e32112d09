"""What a lane of direct dispatch looks for, and when it need not look."""

from engine.claims import AnyDue, Claim, Released
from engine.dispatch.direct import WhateverIsDue
from engine.turn import TurnResult

RUNNERS = ("process", "echo")
NOTHING = TurnResult(claims=())
FULL = TurnResult(claims=[Claim(n, 1, f"s{n}", 0, 1, 0, 0, None, 1) for n in range(3)])


def test_it_looks_for_whatever_is_due_until_nothing_else_is() -> None:
    intake = WhateverIsDue(RUNNERS)
    assert intake.take(3, reporting=False) == AnyDue(3, RUNNERS)
    assert not intake.returned(AnyDue(3, RUNNERS), FULL)
    assert intake.take(3, reporting=True) == AnyDue(3, RUNNERS)
    intake.returned(AnyDue(3, RUNNERS), NOTHING)
    assert intake.take(3, reporting=True) == Released(3, RUNNERS)
    assert intake.take(3, reporting=False) is None


def test_it_looks_again_once_somebody_else_may_have_made_steps_ready() -> None:
    intake = WhateverIsDue(RUNNERS)
    intake.returned(intake.take(3, reporting=True), NOTHING)
    intake.news()
    assert intake.take(3, reporting=True) == AnyDue(3, RUNNERS)


def test_what_is_heard_while_it_looks_makes_it_look_again() -> None:
    intake = WhateverIsDue(RUNNERS)
    wanted = intake.take(3, reporting=True)
    intake.news()
    intake.returned(wanted, NOTHING)
    assert intake.take(3, reporting=True) == AnyDue(3, RUNNERS)


def test_a_turn_that_leaves_steps_ready_or_is_not_committed_makes_it_look_again() -> None:
    intake = WhateverIsDue(RUNNERS)
    intake.returned(intake.take(3, reporting=True), NOTHING)
    assert intake.returned(Released(3, RUNNERS), TurnResult(claims=(), has_left_ready=True))
    assert intake.take(3, reporting=True) == AnyDue(3, RUNNERS)
    intake.returned(AnyDue(3, RUNNERS), NOTHING)
    assert intake.returned(None, TurnResult(claims=(), has_left_ready=True)), (
        "there was no room, but another lane has it"
    )
    assert not intake.returned(Released(3, RUNNERS), None)
    assert intake.take(3, reporting=True) == AnyDue(3, RUNNERS)


def test_it_looks_again_after_a_while_whatever_it_knows() -> None:
    now = 100.0
    intake = WhateverIsDue(RUNNERS, clock=lambda: now)
    intake.returned(intake.take(3, reporting=True), NOTHING)
    now += 0.04
    assert intake.take(3, reporting=True) == Released(3, RUNNERS)
    now += 0.02
    assert intake.take(3, reporting=True) == AnyDue(3, RUNNERS)
