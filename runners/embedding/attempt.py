"""One attempt at loading a source: describe it, prepare, walk, finish. Decides the outcome."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from runners.base import InvalidStep, Json, Outcome, Snoozed, StepRequest, Succeeded
from runners.embedding.asking import ask_for_vectors
from runners.embedding.breaker import Breaker, Resting
from runners.embedding.finishing import Finished, finish
from runners.embedding.item_sources import AnsweredItems, ServerItems
from runners.embedding.job import Job, Occupied, prepare
from runners.embedding.line import Line
from runners.embedding.params import EmbedParams, ItemsParams, ModelParams, ServerParams, StreamParams
from runners.embedding.passes import Part, Stage
from runners.embedding.rehearsing import rehearse
from runners.embedding.sources import Source
from runners.embedding.spans import Span, span_of
from runners.embedding.stream_source import StreamSource
from runners.embedding.walking import Walker
from runners.loading.refusals import translated
from runners.providers.registry import Providers
from runners.streams.client import EmbeddingClient
from runners.streams.server import Server, reach

_OCCUPIED = timedelta(seconds=10)


async def load_stream(request: StepRequest, params: EmbedParams, stream: StreamParams) -> Outcome:
    """Load the data set of a server."""
    client = EmbeddingClient(server_of(request, stream))

    async def load(line: Line) -> Outcome:
        source = StreamSource(client, stream, line=line, chunk=params.chunk)
        return await _load(request, params, source, span=span_of(request.shard))

    return await _called(request, params, stream, load)


async def load_embedded(request: StepRequest, params: EmbedParams, items: ItemsParams, server: ServerParams) -> Outcome:
    """Load the items of the steps before; a server embeds them on the way."""
    _refuse_shards(request)
    client = EmbeddingClient(server_of(request, server))
    relation = await request.items()
    if not relation.ranges:
        raise InvalidStep("there is nothing to embed: no step before this one has made items")

    async def load(line: Line) -> Outcome:
        source = ServerItems(request, items, relation, client=client, line=line)
        return await _load(request, params, source, span=Span())

    return await _called(request, params, server, load)


async def load_asked(
    request: StepRequest, params: EmbedParams, items: ItemsParams, by: ModelParams, *, providers: Providers
) -> Outcome:
    """Have a provider embed the items of the steps before, then load them."""
    _refuse_shards(request)
    asked = await ask_for_vectors(request, items, by, tolerate=params.tolerate, providers=providers)
    if not isinstance(asked, Succeeded):
        return asked
    source = AnsweredItems(request, items, model=by.model)
    try:
        with translated(params.table):
            loaded = await _load(request, params, source, span=Span())
    except Occupied as occupied:
        return Snoozed(_OCCUPIED, str(occupied))
    return _with_purchases(loaded, asked)


async def _called(
    request: StepRequest, params: EmbedParams, server: ServerParams, load: Callable[[Line], Awaitable[Outcome]]
) -> Outcome:
    """Load by way of a server: while nobody may call it, the step is snoozed."""
    line = Line(Breaker(request, f"embeddings:{server.address}", params.breaker))
    try:
        with translated(params.table):
            await line.open()
            return await load(line)
    except Resting as resting:
        return Snoozed(resting.delay, resting.why)
    except Occupied as occupied:
        return Snoozed(_OCCUPIED, str(occupied))


async def _load(request: StepRequest, params: EmbedParams, source: Source, *, span: Span) -> Outcome:
    description = await source.describe()
    if description.rows == 0 and description.dimensions == 0:
        return Succeeded({"loaded": 0, "complete": True})
    if request.rehearsal is not None:
        return Succeeded(await rehearse(request, params, source=source, description=description, span=span))
    job = await prepare(request, params, source=source, description=description, span=span)
    if job.current.stage is Stage.DONE:
        return Succeeded(_result(job, job.part, Finished(is_done=True)))
    part = await Walker(job).walk()
    return Succeeded(_result(job, part, await finish(job)))


def server_of(request: StepRequest, params: ServerParams) -> Server:
    """Return how the server is reached."""
    return reach(
        params.address,
        token=params.token,
        tls=params.tls,
        authority=params.ca,
        certificate_name=params.certificate_name,
        max_message=params.max_message_mb * 2**20,
        secrets=Path(request.settings.secrets),
        environment=os.environ,
    )


def _refuse_shards(request: StepRequest) -> None:
    if request.shard is not None:
        raise InvalidStep(
            "items are embedded several at once by the step itself; leave parallel out, set by.concurrency"
        )


def _result(job: Job, part: Part, finished: Finished) -> dict[str, Json]:
    counts = {name: count for name, count in asdict(part.counts).items() if name != "superseded"}
    return {
        "loaded": part.counts.loaded,
        **counts,
        "left_behind": finished.left_behind,
        "table": str(job.collection.table),
        "embeddings": str(job.collection.embeddings),
        "model": job.collection.shape.model,
        "dimensions": job.collection.shape.dimensions,
        "version": job.description.version,
        "mode": str(job.current.mode),
        "complete": finished.is_done,
        "reconnects": job.source.reconnects,
    }


def _with_purchases(loaded: Outcome, asked: Succeeded) -> Outcome:
    """Return the result of the load with what was bought for it; in a rehearsal, both its findings."""
    if not isinstance(loaded, Succeeded):
        return loaded
    asking = {name: value for name, value in asked.result.items() if name not in ("items", "columns", "rehearsal")}
    result = {**loaded.result, "asked": asking}
    if "rehearsal" in asked.result:
        of = asked.result["rehearsal"]["of"]
        result["rehearsal"] = {**asked.result["rehearsal"], **loaded.result.get("rehearsal", {}), "of": of}
    return Succeeded(result)
