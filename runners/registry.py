"""The runners of this process, by name. Decides what may be a runner; knows nothing of steps or of the database."""

import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, TypeAlias, runtime_checkable

from pydantic import BaseModel
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticUserError

from definitions.errors import did_you_mean
from definitions.models import KEY_PATTERN
from runners.base import Json, Runner, Upkeep

Origin: TypeAlias = EntryPoint | type[Runner]
"""Where a runner came from. It is put into words for errors only: to ask for a package's version reads its files."""
GROUP = "batchdag.runners"
"""The entry point group: a package adds runners by naming their classes there."""


@runtime_checkable
class LooksAfter(Protocol):
    """A runner with something to look after beside its steps; see ``runners.base.Upkeep``."""

    async def upkeep(self, upkeep: Upkeep) -> bool: ...


@runtime_checkable
class Closes(Protocol):
    """A runner that holds connections."""

    async def aclose(self) -> None: ...


class RegistrationError(Exception):
    """Something cannot be registered as a runner; the message says from where it came and what it lacks."""


class UnknownRunner(LookupError):
    """No runner of that name is registered."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(
            f"no runner {name!r} is registered{did_you_mean(name, known)}; registered: {', '.join(known) or 'none'}. "
            f"Is the package that brings it installed?"
        )
        self.name = name


class Registry:
    """Runner instances by name, each with the JSON Schema of its params."""

    def __init__(self) -> None:
        self._runners: dict[str, Runner] = {}
        self._schemas: dict[str, dict[str, Json]] = {}
        self._origins: dict[str, Origin] = {}

    @classmethod
    def load(cls) -> "Registry":
        """Return a registry with every runner that installed packages name as an entry point.

        Raises:
            RegistrationError: one cannot be imported, is no runner, or has the name of another.
        """
        registry = cls()
        for entry in entry_points(group=GROUP):
            registry._add(_made(entry), entry)
        return registry

    def register(self, runner: Runner) -> None:
        """Add a runner.

        Raises:
            RegistrationError: it is no runner, or its name is taken.
        """
        self._add(runner, type(runner))

    def get(self, name: str) -> Runner:
        """Return the runner of this name.

        Raises:
            UnknownRunner: there is none.
        """
        try:
            return self._runners[name]
        except KeyError:
            raise UnknownRunner(name, sorted(self._runners)) from None

    def rehearses(self, name: str) -> bool:
        """Say whether the runner of this name takes part in rehearsals.

        Raises:
            UnknownRunner: there is none.
        """
        return getattr(self.get(name), "rehearses", False) is True

    async def upkeep(self, upkeep: Upkeep) -> bool:
        """Let every runner that has something to look after do so; return whether there was something to do."""
        busy = [await runner.upkeep(upkeep) for runner in self._runners.values() if isinstance(runner, LooksAfter)]
        return any(busy)

    async def aclose(self) -> None:
        """Close the runners that hold connections."""
        for runner in self._runners.values():
            if isinstance(runner, Closes):
                await runner.aclose()

    @property
    def names(self) -> Collection[str]:
        """The names of all runners, those included that are added later."""
        return self._runners.keys()

    def schemas(self) -> Mapping[str, dict[str, Json]]:
        """Return the JSON Schema of each runner's params, by runner."""
        return self._schemas

    def describe(self) -> list[dict[str, Json]]:
        """Return the rows of ``batch_runner``."""
        return [
            {
                "name": name,
                "version": runner.version,
                "description": runner.description,
                "params_schema": self._schemas[name],
            }
            for name, runner in sorted(self._runners.items())
        ]

    def _add(self, runner: Runner, origin: Origin) -> None:
        if lacks := list(_lacks(runner)):
            raise RegistrationError(f"{_named(origin)} is no runner: {'; '.join(lacks)}")
        name = runner.name
        if name in self._runners:
            both = f"{_named(self._origins[name])} and {_named(origin)}"
            raise RegistrationError(f"two runners are named {name!r}: {both}; rename one")
        self._schemas[name] = _schema(runner.Params, origin)
        self._runners[name] = runner
        self._origins[name] = origin


def _named(origin: Origin) -> str:
    if isinstance(origin, type):
        return f"{origin.__module__}.{origin.__qualname__}"
    package = f"package {origin.dist.name} {origin.dist.version}" if origin.dist else "an unknown package"
    return f"the entry point {origin.name} = {origin.value} of {package}"


def _made(entry: EntryPoint) -> Runner:
    try:
        runner: Runner = entry.load()()
    except Exception as error:
        raise RegistrationError(
            f"{_named(entry)} cannot be loaded: {type(error).__name__}: {error}. Repair or uninstall that package"
        ) from error
    return runner


def _lacks(runner: Any) -> Iterator[str]:
    """Say what is missing for the protocol ``runners.base.Runner``."""
    name = getattr(runner, "name", None)
    if not isinstance(name, str) or not re.fullmatch(KEY_PATTERN, name):
        yield f"`name` must match {KEY_PATTERN}, it is {name!r}"
    version = getattr(runner, "version", None)
    if not isinstance(version, str) or not version:
        yield f"`version` must be a text, it is {version!r}"
    if not isinstance(description := getattr(runner, "description", None), str):
        yield f"`description` must be a text, it is {description!r}"
    params = getattr(runner, "Params", None)
    if not inspect.isclass(params) or not issubclass(params, BaseModel):
        yield f"`Params` must be a class derived from runners.base.Params, it is {params!r}"
    if not inspect.iscoroutinefunction(getattr(runner, "run", None)):
        yield "`run` must be an async method: async def run(self, request)"


def _schema(params: type[BaseModel], origin: Origin) -> dict[str, Json]:
    try:
        return _described(params)
    except (PydanticInvalidForJsonSchema, PydanticUserError) as error:
        message = f"{_named(origin)} has params that no JSON Schema can describe: {error}"
        raise RegistrationError(message) from error


@cache
def _described(params: type[BaseModel]) -> dict[str, Json]:
    """Return the JSON Schema; once for each class, because it takes most of the time in which an engine is opened."""
    return params.model_json_schema(by_alias=True)
