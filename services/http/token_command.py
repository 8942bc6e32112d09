"""What ``token`` and ``login-link`` do. Whoever reaches the database may: there is no token to ask for."""

from datetime import timedelta

import typer

from engine.access import Access, Role
from engine.app import Engine
from engine.cli.console import out, print_json, print_table, with_engine
from services.http.links import link_from_terminal
from services.http.settings import HttpSettings

_COLUMNS = {
    "id": "ID", "name": "NAME", "role": "ROLE", "created_at": "CREATED", "expires_at": "EXPIRES",
    "revoked_at": "REVOKED",
}  # fmt: skip


def create(role: str, *, name: str, days: float | None, as_json: bool) -> None:
    """Make a token and print its secret, and nothing else, to standard output."""

    async def task(engine: Engine) -> None:
        lasts = None if days is None else timedelta(days=days)
        issued = await Access(engine.database).create(Role(role), name=name, lasts=lasts)
        if as_json:
            print_json({"id": issued.id, "secret": issued.secret, "expires_at": issued.expires_at})
        else:
            typer.echo(issued.secret)

    with_engine(task)


def link(role: str, *, address: str) -> None:
    """Print a link alone to standard output, and to standard error how long it counts."""
    minutes = HttpSettings().link_minutes

    async def task(engine: Engine) -> None:
        typer.echo(await link_from_terminal(Access(engine.database), Role(role), address=address, minutes=minutes))
        typer.echo(f"It signs one browser in, once, within {minutes:g} minutes.", err=True)

    with_engine(task)


def show(*, as_json: bool) -> None:
    """Print every token without its secret."""

    async def task(engine: Engine) -> None:
        rows = await Access(engine.database).tokens()
        if as_json:
            print_json(rows)
        else:
            print_table(rows, columns=_COLUMNS, empty="no tokens yet; `batchdag token create --role viewer` makes one")

    with_engine(task)


def revoke(token_id: int) -> None:
    """End a token and its sessions."""

    async def task(engine: Engine) -> None:
        await Access(engine.database).revoke(token_id)
        out.print(f"token {token_id} is revoked; processes that know it notice within seconds")

    with_engine(task)
