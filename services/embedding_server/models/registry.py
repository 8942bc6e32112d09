"""The models of one server, by name. Decides what may be a model and when it is made; knows none of them.

Only what ``--model`` names can be asked for: a token for the server is no leave to spend money on any model there is.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Self

from definitions.errors import did_you_mean
from services.embedding_server.errors import UnknownModel
from services.embedding_server.models.base import EmbeddingModel, ModelUnusable

GROUP = "batchdag.embedding_models"
"""The entry point group: a package adds kinds of models by naming their classes there."""

_OWN = "services.embedding_server.models"
_SHIPPED = (
    EntryPoint("gemini", f"{_OWN}.providers:GeminiModel", GROUP),
    EntryPoint("hashing", f"{_OWN}.hashing:Hashing", GROUP),
    EntryPoint("openai", f"{_OWN}.providers:OpenAIModel", GROUP),
    EntryPoint("sentence", f"{_OWN}.sentence:Sentence", GROUP),
)


class Models:
    """The models that texts can be embedded by; the first is the server's own."""

    def __init__(self, models: Sequence[EmbeddingModel]) -> None:
        self._by_name = {model.name: model for model in models}
        self._own = models[0]

    @classmethod
    async def make(cls, wanted: Sequence[str], *, environment: Mapping[str, str], storage: Path) -> Self:
        """Make the models that are named as ``kind`` or ``kind:name``, in this order.

        Raises:
            ModelUnusable: one of them cannot be made; those made before it are closed.
        """
        made: list[EmbeddingModel] = []
        try:
            for each in wanted:
                kind, _, name = each.partition(":")
                made.append(await _class(kind).make(name, environment=environment, storage=storage))
        except BaseException:
            await _close(made)
            raise
        return cls(made)

    def get(self, name: str) -> EmbeddingModel:
        """Return the model of this name, "" for the server's own.

        Raises:
            UnknownModel: the server was not started with it.
        """
        if not name:
            return self._own
        if name not in self._by_name:
            raise UnknownModel(name, sorted(self._by_name))
        return self._by_name[name]

    async def aclose(self) -> None:
        await _close(list(self._by_name.values()))


async def _close(models: Sequence[EmbeddingModel]) -> None:
    for model in models:
        await model.aclose()


def _class(kind: str) -> Any:
    known = {entry.name: entry for entry in (*entry_points(group=GROUP), *_SHIPPED)}
    if kind not in known:
        raise ModelUnusable(
            f"there is no kind of model {kind!r}{did_you_mean(kind, sorted(known))}; known: {', '.join(sorted(known))}"
        )
    entry = known[kind]
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        package = entry.dist.name if entry.dist else "batchdag"
        raise ModelUnusable(
            f"the kind of model {kind!r} cannot be loaded: {error}; repair the package {package}"
        ) from error
