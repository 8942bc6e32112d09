"""Answers the operator's checklist from figures and thresholds. Pure."""

from engine.queue import Load, QueueState
from services.http.settings import HttpSettings
from services.http.shapes.operation import Check


def checklist(state: QueueState, load: Load, settings: HttpSettings) -> list[Check]:
    """Return the answer to each question; a check without a limit is always well."""
    return [
        _queue(state, settings), _stuck(load, settings), _failures(load, settings), _answers(load, settings),
        _calls(load, settings), _money(load, settings),
    ]  # fmt: skip


def _queue(state: QueueState, settings: HttpSettings) -> Check:
    """Count instances that have not begun, too: one that waits behind ``max_active`` has no steps yet."""
    waiting = state.due + state.pending_instances
    return Check(
        name="queue",
        question=f"Is the queue below {settings.queue_limit}?",
        ok=waiting < settings.queue_limit,
        value=waiting,
        limit=settings.queue_limit,
        words=f"steps that are due: {state.due}; instances that have not begun: {state.pending_instances};"
        f" steps that run: {state.running}, that wait for their time: {state.later}",
        figures={
            "due": state.due,
            "pending": state.pending_instances,
            "running": state.running,
            "later": state.later,
        },
    )


def _stuck(load: Load, settings: HttpSettings) -> Check:
    return Check(
        name="stuck",
        question=f"Is nothing generating for over {settings.stuck_minutes:g} minutes?",
        ok=load.late_jobs == 0,
        value=load.late_jobs,
        limit=0,
        words=f"jobs open for longer than that, or beyond their provider's deadline: {load.late_jobs}",
        figures={"jobs": load.late_jobs, "minutes": settings.stuck_minutes},
    )


def _failures(load: Load, settings: HttpSettings) -> Check:
    percent = _percent(load.failed, load.ended)
    return Check(
        name="failures",
        question=f"Is the failure rate below {settings.failure_percent:g} %?",
        ok=percent < settings.failure_percent,
        value=percent,
        limit=settings.failure_percent,
        words=f"{load.failed} of {load.ended} instances failed in {settings.failure_window_minutes:g} minutes",
        figures={"failed": load.failed, "ended": load.ended, "minutes": settings.failure_window_minutes},
    )


def _answers(load: Load, settings: HttpSettings) -> Check:
    """Look at single items, too: an instance succeeds although some of its items got no answer."""
    percent = _percent(load.failed_calls, load.answered_calls)
    return Check(
        name="answers",
        question=f"Are below {settings.failure_percent:g} % of the answers no use?",
        ok=percent < settings.failure_percent,
        value=percent,
        limit=settings.failure_percent,
        words=f"of no use: {load.failed_calls} of the {load.answered_calls} calls answered in 24 hours",
        figures={"failed": load.failed_calls, "answered": load.answered_calls},
    )


def _calls(load: Load, settings: HttpSettings) -> Check:
    return Check(
        name="calls",
        question="Are the calls to providers within the limit?",
        ok=load.calls <= settings.calls_per_day,
        value=load.calls,
        limit=settings.calls_per_day,
        words=f"{load.calls} in 24 hours",
        figures={"calls": load.calls},
    )


def _money(load: Load, settings: HttpSettings) -> Check:
    most = settings.usd_per_day
    return Check(
        name="money",
        question="Is what they cost within the limit?",
        ok=most is None or load.cost_usd <= most,
        value=float(load.cost_usd),
        limit=None if most is None else float(most),
        words=f"{load.cost_usd:.4f} USD in 24 hours",
        figures={"usd": float(load.cost_usd)},
    )


def _percent(part: int, of: int) -> float:
    return 100.0 * part / of if of else 0.0
