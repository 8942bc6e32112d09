"""What becomes of questions that failed when somebody wants them tried again: an instance takes them up, and only them.

They are not made pending here: an instance for pending questions would be given the rejected answers of the last time.
"""

from services.http.explanations.shapes import ExplanationState, RetriedOut
from services.http.explanations.store import Sets
from services.http.problems import Conflict

_FAILED_ONLY = "What waits is explained by itself; what is completed stays as it is."


async def retry_question(sets: Sets, question_id: str) -> RetriedOut:
    """See to it that one question that failed is asked anew.

    Raises:
        Missing: there is no such question.
        Conflict: it has not failed, it is in no set, or the set's definition cannot be told to.
    """
    question = await sets.question(question_id)
    if question.set_id is None:
        raise Conflict(f"the question {question_id} is in no set", hint="Start the definition that explains it.")
    async with sets.opened(question.set_id) as opened:
        if question.status is not ExplanationState.FAILED:
            raise Conflict(f"the question {question_id} has not failed, it is {question.status}", hint=_FAILED_ONLY)
        await opened.explain_failed(question_id=question_id)
        status, jobs = await opened.status(), await opened.jobs()
        return RetriedOut(set_id=question.set_id, queue_status=status, background_jobs=jobs, retried=1)


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
