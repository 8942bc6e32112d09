"""What becomes of questions that failed when somebody wants them tried again: an instance takes them up, and only them.

They are not made pending here: an instance for pending questions would be given the rejected answers of the last time.
"""

from services.http.explanations.shapes import RetriedOut
from services.http.explanations.store import Sets
from services.http.problems import Conflict


async def retry_failed(sets: Sets, set_id: str) -> RetriedOut:
    """See to it that the failed questions of a set are asked anew.

    Raises:
        Conflict: none has failed, or the definition cannot be told to.
    """
    async with sets.opened(set_id) as opened:
        status = await opened.status()
        if not status.failed:
            raise Conflict(
                f"none of the {status.total} question(s) of the set {set_id!r} has failed",
                hint=f"See /admin/sets/{set_id}/explanation-status for how each stands.",
            )
        await opened.explain_failed()
        return RetriedOut(
            set_id=set_id, queue_status=status, background_jobs=await opened.jobs(), retried=status.failed
        )
