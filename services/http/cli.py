"""The commands ``serve``, ``token`` and ``login-link``, and their options. Light to import: `--help` loads it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Action(StrEnum):
    """What is done with tokens."""

    CREATE = "create"
    LIST = "list"
    REVOKE = "revoke"


class RoleName(StrEnum):
    """The roles, each of which may do what those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    EDITOR = "editor"
    ADMIN = "admin"


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 picks a free one.")] = 8080,
    *,
    work: Annotated[bool, typer.Option(help="Run steps in this process, too.")] = True,
    scheduler: Annotated[bool, typer.Option(help="Fire crons in this process, too; it needs --work.")] = True,
    allow_host: Annotated[list[str] | None, typer.Option(help="A name that clients reach this by.")] = None,
    tls_certificate: Annotated[Path | None, typer.Option(exists=True, help="A certificate, in PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(exists=True, help="Its key, in PEM.")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy encrypts, and says who the client is.")
    ] = False,
    link: Annotated[bool, typer.Option(help="Print a link that signs a browser in as an administrator, once.")] = True,
) -> None:
    """Serve console and HTTP API, fire crons and run steps.

    All of it in this process.
    """
    if (tls_certificate is None) != (tls_key is None):
        raise typer.BadParameter("--tls-certificate and --tls-key go together")
    try:
        from services.http import command  # noqa: PLC0415 - loaded only when it is to run
        from services.http.server import Tls  # noqa: PLC0415
    except ModuleNotFoundError as error:
        typer.echo(f"The HTTP API needs {error.name}, which is not installed: pip install 'batchdag[http]'", err=True)
        raise typer.Exit(1) from error
    tls = Tls(tls_certificate, tls_key) if tls_certificate and tls_key else None
    hosts = tuple(allow_host or ())
    command.serve(command.Options(host, port, work, work and scheduler, hosts, tls, behind_proxy, link))


def login_link(
    *,
    role: Annotated[RoleName, typer.Option(help="What the browser may do.")] = RoleName.ADMIN,
    address: Annotated[str, typer.Option(help="The server, as that browser reaches it.")] = "http://127.0.0.1:8080",
) -> None:
    """Print a link that signs a browser in, once.

    For a server that runs, or is started in time.
    """
    if not address.startswith(("http://", "https://")):
        raise typer.BadParameter(f"--address is http://... or https://..., not {address!r}")
    from services.http import token_command  # noqa: PLC0415 - loaded only when it is to run

    token_command.link(role.value, address=address)


def token(
    action: Annotated[Action, typer.Argument(help="create, list or revoke.")],
    token_id: Annotated[int | None, typer.Argument(help="revoke: the id of the token.")] = None,
    *,
    role: Annotated[RoleName, typer.Option(help="create: what the token may do.")] = RoleName.VIEWER,
    name: Annotated[str | None, typer.Option(help="create: whose token it is; the audit log says so.")] = None,
    days: Annotated[
        float | None, typer.Option(min=0.01, max=36_500, help="create: how long it counts; default: until revoked.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Make, list and revoke tokens of the HTTP API.

    `batchdag token create --role viewer --name grafana` prints the secret, once.
    """
    from services.http import token_command  # noqa: PLC0415 - loaded only when it is to run

    match action:
        case Action.CREATE:
            token_command.create(role.value, name=name or role.value, days=days, as_json=as_json)
        case Action.LIST:
            token_command.show(as_json=as_json)
        case Action.REVOKE:
            if token_id is None:
                raise typer.BadParameter("which token? `batchdag token list` shows the ids")
            token_command.revoke(token_id)
