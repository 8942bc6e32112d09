"""Begins a generating step: its words, its items, its means, and with them the course of asking."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from definitions.models import Step
from runners.base import InvalidStep, Json, StepRequest
from runners.generation.archive import Archive
from runners.generation.build import Build, Source, build
from runners.generation.course import Course, ModeOf
from runners.generation.desk import Desk
from runners.generation.items import Sink, StepItems, letters_of
from runners.generation.ledger import load_prices, send
from runners.generation.merging import Merger
from runners.generation.params import Asking
from runners.generation.shift import Shift
from runners.generation.work import Script, Work, load_script
from runners.providers.base import ProviderRefused
from runners.providers.prices import PriceList, UnknownPrice
from runners.providers.registry import Providers

_NOT_THE_WORK = {
    "tolerate", "poll", "concurrency", "mode", "live_below", "deadline_minutes", "fallback", "max_tries",
    "retry_seconds", "unknown_price", "job_tokens",
}  # fmt: skip
"""Params that do not change what is asked: an edit of them keeps what is there."""


async def begin(
    request: StepRequest,
    params: Asking,
    *,
    source: Source,
    providers: Providers,
    mode_of: ModeOf,
    into: str | None = None,
    keep: Sequence[str] | None = None,
    sink: Sink | None = None,
    instead_of: str | None = None,
    renews: bool = False,
) -> Course:
    """Build the items of the step, if they are not there already, and return the course of asking for them.

    ``renews``: an answer that was there before the build does not count, and another one is bought.
    """
    shift = await _shift(request)
    script = await load_script(request, params)
    what, letters = _what(params, script), letters_of(request.step_id)
    built = await build(request, source, work=what, letters=letters, max_tries=params.max_tries, sink=sink)
    items = _items(request, built, merger=Merger(into=into, keep=keep, schema=script.schema), sink=sink)
    prices = await _ready(request, providers, params)
    archive = Archive(Path(request.settings.storage))
    work = Work(
        request=request,
        params=params,
        script=script,
        desk=Desk(transact=request.transaction, providers=providers, archive=archive, items=items),
        items=items,
        prices=prices,
        total=built.items,
        rounds=built.rounds,
        shift=shift,
        since=built.begun_at if renews else None,
        instead_of=instead_of,
    )
    return Course(work, number=built.choice, mode_of=mode_of)


async def _ready(request: StepRequest, providers: Providers, params: Asking) -> PriceList:
    """Return the prices, once every provider that may be asked is there and has one."""
    async with request.transaction() as connection:
        prices = await load_prices(connection)
    await asyncio.to_thread(_open_providers, providers, params, prices)
    return prices


async def _shift(request: StepRequest) -> Shift:
    """Return how long live calls may be made from now on; called first, for the step's timeout has begun already."""
    began = asyncio.get_running_loop().time()
    async with request.transaction() as connection:
        binds = {"instance_id": request.instance_id, "step_key": request.step_key}
        row = await (await send(connection, "step_timeout", **binds)).fetchone()
    seconds = row[0] if row and row[0] is not None else Step.model_fields["timeout_seconds"].default
    return Shift.of(began=began, timeout=seconds)


def _open_providers(providers: Providers, params: Asking, prices: PriceList) -> None:
    """Import, connect and look up credentials now, off the event loop: it may take seconds, the first time."""
    for choice in params.choices():
        try:
            providers.get(choice.provider)
            prices.find(choice.provider, choice.model, "live")
        except ProviderRefused as refused:
            raise InvalidStep(str(refused)) from refused
        except UnknownPrice:
            continue  # said where the terms of a job are made, for the mode that is asked for


def _what(params: Asking, script: Script) -> Json:
    """Return what has to be the same for a build to stand."""
    asked = params.model_dump(mode="json", exclude=_NOT_THE_WORK)
    return [asked, script.body, script.system, script.schema]


def _items(request: StepRequest, built: Build, *, merger: Merger, sink: Sink | None) -> StepItems:
    return StepItems(
        instance_id=request.instance_id,
        step_id=request.step_id,
        step_key=request.step_key,
        build=built.number,
        merger=merger,
        sink=sink,
        keeps_letters=request.rehearsal is None,
    )
