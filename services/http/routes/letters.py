"""Dead letters: rows and items that were given up, with the reason, and marking them for another try."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from engine.access import Role
from services.http.paging import by, read_page
from services.http.roles import needs
from services.http.shapes.common import KEY, LARGEST_ID, Before, Limit, Page
from services.http.shapes.operation import LetterOut, LetterState, LetterSummary, RequeueIn, RequeueOut
from services.http.site import TheActor, TheSite

router = APIRouter(prefix="/dead-letters", tags=["dead letters"])

OfInstance = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Only of this instance.")]
OfSource = Annotated[
    str | None, Query(max_length=1_000, description="Only of this source, as the table they were meant for.")
]
OfStep = Annotated[str | None, Query(pattern=KEY, description="Only of the steps with this key.")]
OfReason = Annotated[str | None, Query(max_length=10_000, description="Only of this `reason` of the summary.")]


@router.get("", **needs(Role.VIEWER))
async def list_letters(
    *,
    site: TheSite,
    instance: OfInstance = None,
    source: OfSource = None,
    step: OfStep = None,
    reason: OfReason = None,
    state: LetterState | None = LetterState.DEAD,
    before: Before = None,
    limit: Limit = 50,
) -> Page[LetterOut]:
    """Dead letters, newest first."""
    read = partial(
        site.pages.letters,
        instance_id=instance,
        source=source,
        step_key=step,
        reason=reason,
        state=state,
        before=before,
    )
    return await read_page(read, LetterOut, limit=limit, key=by("id"))


@router.get("/summary", **needs(Role.VIEWER))
async def summarise_letters(
    site: TheSite, instance: OfInstance = None, source: OfSource = None, limit: Limit = 100
) -> Page[LetterSummary]:
    """How many are dead or requeued, by source, step and reason, the commonest first; of the newest 100,000."""
    rows = await site.letters.summary(instance_id=instance, source=source, limit=limit)
    return Page(data=[LetterSummary.model_validate(row) for row in rows])


@router.post("/requeue", **needs(Role.OPERATOR))
async def requeue_letters(asked: RequeueIn, site: TheSite, actor: TheActor) -> RequeueOut:
    """Mark letters as `requeued`. A step that collects requeued letters takes them up; nothing else happens here."""
    async with site.audit.recording(actor, action="letter.requeue", subject=f"{len(asked.ids)} letter(s)") as entry:
        requeued = await site.letters.requeue(asked.ids)
        entry.after = {"requeued": requeued}
    return RequeueOut(requeued=requeued, left_alone=sorted(set(asked.ids) - set(requeued)))
