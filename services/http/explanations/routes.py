"""The background explanation API: upload questions by the set, and see how their explanations stand."""

from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from engine.access import Role
from services.http.explanations import operating
from services.http.explanations.handed import SetsToLookAt, TheSets
from services.http.explanations.receiving import Kind, receive
from services.http.explanations.retrying import retry_failed, retry_question
from services.http.explanations.shapes import (
    CheckOut,
    Data,
    ExplanationState,
    QuestionId,
    QuestionOut,
    RetriedOut,
    SetId,
    SetOut,
    SetQueueOut,
    SetStatusOut,
    StatusOut,
    UploadOut,
)
from services.http.explanations.uploading import Wanted, check, upload
from services.http.paging import read_some
from services.http.roles import needs
from services.http.routes.batch import IdempotencyKey
from services.http.shapes.common import Limit
from services.http.site import TheActor, TheSite

router = APIRouter(prefix="/admin", tags=["explanations"])

_JSON = [{"question": "Which organelle makes ATP?", "answer": "mitochondrion", "subject": "biology"}]
_CSV = "question,answer\nWhich organelle makes ATP?,mitochondrion\n문제와 정답도 된다,예\n"
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            Kind.JSON: {"schema": {"type": "array", "items": {"type": "object"}}, "example": _JSON},
            Kind.CSV: {"schema": {"type": "string"}, "example": _CSV},
        },
    }
}


class Formulas(StrEnum):
    REFUSE = "refuse"
    KEEP = "keep"


OnFormulas = Annotated[Formulas, Query(description="What to do with texts that begin like formulas.")]
_AUDITED = {"received", "saved", "duplicates", "refused", "is_replay"}


@router.post(
    "/sets/{set_id}/questions/bulk-upload", status_code=202, openapi_extra=_BODY, **needs(Role.OPERATOR)
)  # fmt: skip
async def upload_questions(
    *,
    set_id: SetId,
    request: Request,
    site: TheSite,
    sets: TheSets,
    actor: TheActor,
    strict: Annotated[bool, Query(description="True: one bad line, and nothing is saved.")] = False,
    formulas: OnFormulas = Formulas.REFUSE,
    idempotency_key: IdempotencyKey = None,
) -> Data[UploadOut]:
    """Save questions at once, from JSON or CSV, and have them explained in the background.

    Good lines are saved; bad ones are reported by line, column and reason. What is in the set already is left as it is.
    """
    wanted = Wanted(set_id=set_id, strict=strict, keeps_formulas=formulas is Formulas.KEEP, key=idempotency_key)
    async with site.audit.recording(actor, action="questions.upload", subject=set_id) as entry:
        async with receive(request) as received:
            answer = await upload(sets, received, wanted)
        entry.after = answer.model_dump(mode="json", include=_AUDITED)
    return Data(data=answer)


@router.post("/sets/{set_id}/questions/bulk-check", openapi_extra=_BODY, **needs(Role.OPERATOR))
async def check_questions(
    *, set_id: SetId, request: Request, sets: TheSets, formulas: OnFormulas = Formulas.REFUSE
) -> Data[CheckOut]:
    """Say what an upload of this would do: which lines are wrong, which the set has already. Nothing is saved."""
    wanted = Wanted(set_id=set_id, strict=False, keeps_formulas=formulas is Formulas.KEEP, key=None)
    async with receive(request) as received:
        return Data(data=await check(sets, received, wanted))


@router.post("/sets/{set_id}/questions/retry-failed", status_code=202, **needs(Role.OPERATOR))
async def retry_failed_questions(set_id: SetId, site: TheSite, sets: TheSets, actor: TheActor) -> Data[RetriedOut]:
    """Have the questions of a set that failed asked anew, in the background. If none has failed, 409."""
    async with site.audit.recording(actor, action="questions.retry_failed", subject=set_id) as entry:
        answer = await retry_failed(sets, set_id)
        entry.after = {"retried": answer.retried, "instance_ids": [job.instance_id for job in answer.background_jobs]}
    return Data(data=answer)


@router.get("/sets", **needs(Role.VIEWER))
async def list_sets(sets: SetsToLookAt) -> Data[list[SetOut]]:
    """The newest thousand sets of questions, and how each stands."""
    return Data(data=await sets.overview())


@router.get("/sets/{set_id}/questions/queue-status", **needs(Role.VIEWER))
async def read_queue_status(set_id: SetId, sets: SetsToLookAt) -> Data[SetQueueOut]:
    """How many questions of a set wait, are asked for, completed or failed, and the instances at work on them."""
    status, jobs = await sets.queue(set_id)
    ended = await sets.last_ended(set_id)
    return Data(data=SetQueueOut(set_id=set_id, queue_status=status, background_jobs=jobs, last_ended=ended))


@router.get("/sets/{set_id}/explanation-status", **needs(Role.VIEWER))
async def read_set_status(
    set_id: SetId,
    sets: SetsToLookAt,
    state: Annotated[ExplanationState | None, Query(description="Only questions in this state.")] = None,
    after: Annotated[str, Query(max_length=32, description="`next` of the page before.")] = "",
    limit: Limit = 100,
) -> Data[SetStatusOut]:
    """How a set stands in all, and each of its questions."""
    summary, _ = await sets.queue(set_id)
    read = partial(sets.questions, set_id, state=state, after=after)
    questions, following = await read_some(read, limit=limit, key=lambda question: question.id)
    return Data(data=SetStatusOut(set_id=set_id, summary=summary, questions=questions, next=following))


@router.get("/questions/{question_id}/explanation-status", **needs(Role.VIEWER))
async def read_question_status(question_id: QuestionId, sets: SetsToLookAt) -> Data[StatusOut]:
    """How the explanation of one question stands."""
    return Data(data=await sets.question(question_id))


@router.get("/questions/{question_id}", **needs(Role.VIEWER))
async def read_question(question_id: QuestionId, sets: SetsToLookAt) -> Data[QuestionOut]:
    """One question in full, and how its explanation stands."""
    return Data(data=await sets.whole_question(question_id))


@router.post("/questions/{question_id}/retry", status_code=202, **needs(Role.OPERATOR))
async def retry_one_question(
    question_id: QuestionId, site: TheSite, sets: TheSets, actor: TheActor
) -> Data[RetriedOut]:
    """Have one question that failed asked anew, in the background. If it has not failed, 409."""
    async with site.audit.recording(actor, action="questions.retry", subject=question_id) as entry:
        answer = await retry_question(sets, question_id)
        entry.after = {"set_id": answer.set_id, "instance_ids": [job.instance_id for job in answer.background_jobs]}
    return Data(data=answer)


router.include_router(operating.router)
