"""Commands that other packages add, found by the entry point group ``batchdag.commands``.

An entry point names a function with Typer's annotations. Its module must be light to import, since the list of
commands shows the function's first line; what is heavy the function imports when it runs.
"""

from collections.abc import Callable
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperGroup

GROUP = "batchdag.commands"


class PluggedGroup(TyperGroup):
    """The commands of ``batchdag``, its own first; one of its own is never replaced."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command. For one that is misspelt those that are listed are proposed, of other packages too."""
        try:
            return super().resolve_command(ctx, args)
        except typer.TyperException as error:
            from definitions.errors import did_you_mean

            listed = [name for name in self.list_commands(ctx) if name not in self._hidden]
            error.message = error.message.rstrip(".") + did_you_mean(args[0], listed)
            raise

    def list_commands(self, ctx: Any) -> list[str]:
        own = super().list_commands(ctx)
        return [*own, *(name for name in self._plugged if name not in own)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return super().get_command(ctx, cmd_name) or self._loaded(cmd_name)

    @property
    def _hidden(self) -> set[str]:
        return {name for name, command in self.commands.items() if command.hidden}

    @cached_property
    def _plugged(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}

    def _loaded(self, name: str) -> Any:
        point = self._plugged.get(name)
        if point is None:
            return None
        plugged = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        plugged.command(name)(_function(point))
        return typer.main.get_command(plugged)


def _function(point: EntryPoint) -> Callable[..., Any]:
    """Return what the entry point names; a function that says why not, if it cannot be loaded."""
    try:
        loaded: Callable[..., Any] = point.load()
    except (ImportError, AttributeError) as error:
        return _refusing(point, error)
    return loaded


def _refusing(point: EntryPoint, error: Exception) -> Callable[[], None]:
    package = point.dist.name if point.dist else "an unknown package"
    message = f"Cannot be loaded: {error} (named by the package {package} as {point.value})."

    def refuse() -> None:
        typer.echo(message, err=True)
        raise typer.Exit(1)

    refuse.__doc__ = message
    return refuse
