"""Has a provider embed items, through the ledger of paid calls: one call for each text, and none paid for twice.

The ledger knows questions and answers. Here the question is the text, and the answer its vector in base64; budget,
cache, doubts after a crash and prices are the ledger's. Decides nothing about them.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import numpy as np

from definitions.models import Tolerate
from runners.base import Json, Outcome, StepRequest
from runners.embedding.params import ItemsParams, ModelParams
from runners.generation.beginning import begin
from runners.generation.params import Choice, GenerateParams
from runners.generation.rehearsing import rehearse
from runners.generation.relation import RelationSource
from runners.generation.work import missing_fields
from runners.providers.base import Ask, Finish, Provider, ProviderUnsure, Reply, Tier
from runners.providers.registry import Providers

VECTOR = "_embedding"
"""The field of an item that holds its vector, in base64."""
_FLOAT = np.dtype("<f4")


class Embedders(Providers):
    """The providers, asked for vectors in place of answers."""

    def get(self, name: str) -> Provider:
        return cast("Provider", _Embedder(super().get(name)))


class _Embedder:
    """A provider whose answer to a text is its vector. Everything else is the provider's own."""

    finds_replies = False
    has_flex = False

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    async def generate(self, ask: Ask, *, tier: Tier = Tier.STANDARD) -> Reply:  # noqa: ARG002 - there is one tier
        dimensions = ask.options.get("dimensions")
        vectors, usage = await self._provider.embed([ask.prompt], model=ask.model, dimensions=dimensions)
        if len(vectors) != 1:
            raise ProviderUnsure(f"{ask.key}: {len(vectors)} vectors came back for one text")
        vector = np.asarray(vectors[0], _FLOAT)
        text = base64.b64encode(vector.tobytes()).decode()
        raw = {"dimensions": len(vector)}
        return Reply(key=ask.key, raw=raw, text=text, finish=Finish.STOP, usage=usage)

    async def find_reply(self, key: str, *, since: datetime) -> Reply | None:  # noqa: ARG002 - nobody keeps vectors
        return None


async def ask_for_vectors(
    request: StepRequest, items: ItemsParams, by: ModelParams, *, tolerate: Tolerate | None, providers: Providers
) -> Outcome:
    """Make an item of this step for each item of the input, with its vector in the field ``VECTOR``.

    Succeeded: every item has its end, and its result is that of asking; anything else is the attempt's outcome.
    """
    params = _params(items, by, tolerate)
    source = await RelationSource.of(request)
    missing_fields([items.id, *(items.keep or [])], [column.name for column in source.columns])
    keep = None if items.keep is None else list(dict.fromkeys([items.id, *items.keep]))
    if request.rehearsal is not None:
        return await rehearse(
            request, params, source=source, providers=providers, mode_of=_live, into=VECTOR, keep=keep
        )
    course = await begin(request, params, source=source, providers=providers, mode_of=_live, into=VECTOR, keep=keep)
    return await course.run(source.columns)


def decoded(text: Json) -> Any:
    """Return the vector that was kept as text."""
    return np.frombuffer(base64.b64decode(str(text)), _FLOAT)


def _live(choice: Choice, items: int) -> str:  # noqa: ARG001 - providers embed by live calls only
    return "live"


def _params(items: ItemsParams, by: ModelParams, tolerate: Tolerate | None) -> GenerateParams:
    options: dict[str, Json] = {} if by.dimensions is None else {"dimensions": by.dimensions}
    return GenerateParams(
        provider=by.provider,
        model=by.model,
        template=items.text,
        mode="live",
        max_output_tokens=1,
        options=options,
        concurrency=by.concurrency,
        max_tries=by.max_tries,
        unknown_price=by.unknown_price,
        tolerate=tolerate,
    )


def columns_of(names: Sequence[str] | None, payload: dict[str, Json]) -> dict[str, Json]:
    """Return an item's metadata: the fields that are wanted, or all but the vector."""
    if names is None:
        return {name: value for name, value in payload.items() if name != VECTOR}
    return {name: payload.get(name) for name in names}
