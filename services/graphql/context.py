"""What the fields of one query share: how much they may return together, and what they load together."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from strawberry.dataloader import DataLoader
from strawberry.types import Info

from engine.database import Database
from engine.pages import Pages
from runners.base import Json
from services.graphql.errors import Refused
from services.graphql.reading import Reading


@dataclass(slots=True)
class Budget:
    """How many rows a query may still ask for, wherever in it; what is below each of many is asked for as often."""

    most: int
    asked: int = 0

    def ask(self, rows: int) -> None:
        """Count rows before they are read.

        Raises:
            Refused: they are too many together with those before.
        """
        self.asked += rows
        if self.asked > self.most:
            raise Refused(
                f"the query asks for more than {self.most:,} rows in all, counting `first` of each list wherever it is;"
                " ask for less, or in several queries"
            )


@dataclass(frozen=True, slots=True)
class Context:
    """One query's."""

    reading: Reading
    database: Database
    pages: Pages
    budget: Budget
    loaders: dict[str, DataLoader[Any, Any]] = field(default_factory=dict)

    async def load(
        self, kind: str, arguments: Json, key: Any, read: Callable[[list[Any]], Awaitable[Sequence[Any]]]
    ) -> Any:
        """Return one of many: all fields that ask with the same arguments are answered by one call of ``read``."""
        name = kind + json.dumps(arguments, sort_keys=True, default=str)
        if name not in self.loaders:
            self.loaders[name] = DataLoader(load_fn=read)
        return await self.loaders[name].load(key)


ContextInfo: TypeAlias = Info[Context, None]
