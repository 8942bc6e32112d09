"""What ``batchdag serve`` does: HTTP, scheduler and dispatcher over one engine, until it is interrupted."""

import asyncio
import contextlib
import ipaddress
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import typer

from engine.access import Issued, Role
from engine.app import Engine, open_engine
from engine.logs import set_up_logs
from engine.operations import operating
from engine.settings import Settings
from engine.stopping import Stop, listen_for_stop
from services.cache.settings import CacheSettings
from services.graphql.settings import GraphqlSettings
from services.http.app import build
from services.http.links import link_from_terminal
from services.http.server import Tls, listen, make_server
from services.http.settings import HttpSettings
from services.http.site import Site

_SETTINGS = (HttpSettings, GraphqlSettings, CacheSettings)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    host: str
    port: int
    works: bool
    schedules: bool
    hosts: tuple[str, ...]
    tls: Tls | None
    behind_proxy: bool
    link: bool


def serve(options: Options) -> None:
    """Serve until interrupted."""
    refuse_open_address(options)
    try:
        listening = listen(options.host, options.port)
    except OSError as error:
        raise RuntimeError(
            f"cannot listen on {options.host}:{options.port}: {error.strerror or error}; --port gives another port"
        ) from error
    with listening:
        asyncio.run(_serve(options, listening))


def refuse_open_address(options: Options) -> None:
    """Raise ``RuntimeError`` for an address that others can reach, unless what they send is encrypted."""
    if not (_is_loopback(options.host) or options.tls or options.behind_proxy):
        raise RuntimeError(
            f"{options.host} can be reached from other machines, and tokens would cross the network in clear text;"
            " give --tls-certificate and --tls-key, or --behind-proxy if a proxy encrypts"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


async def _serve(options: Options, listening: socket.socket) -> None:
    http = HttpSettings()
    if options.tls or options.behind_proxy:
        http = http.model_copy(update={"secure_cookies": True})
    settings = Settings(scheduler=options.schedules)
    set_up_logs(settings.log_level, form=settings.log_format)
    async with open_engine(settings, also_read=_SETTINGS) as engine, operating(engine) as operations:
        stop = listen_for_stop(within=timedelta(seconds=settings.stop_seconds))
        app = build(engine, http, hosts=(*options.hosts, options.host), measured=operations.metrics)
        await _announce(app.state.site, options, port=int(listening.getsockname()[1]))
        server = make_server(app, tls=options.tls, behind_proxy=options.behind_proxy)
        async with _working(engine, works=options.works, grace=stop.grace):
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            await _until_either(serving, stop)
            # It stops beside the steps: an open request, or the rest of a start, would take of their time.
            server.should_exit = True
        stop.done()
        await serving


async def _until_either(serving: asyncio.Task[None], stop: Stop) -> None:
    asked = asyncio.create_task(stop.asked())
    await asyncio.wait((serving, asked), return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()


@asynccontextmanager
async def _working(engine: Engine, *, works: bool, grace: timedelta) -> AsyncIterator[None]:
    if not works:
        yield
        return
    async with engine.working(grace=grace, queues=() if engine.settings.broker_url else None):
        yield


async def _announce(site: Site, options: Options, *, port: int) -> None:
    typer.echo(f"batchdag serves on {_address(options.host, port, options.tls)}; Ctrl-C stops it.")
    first = await site.access.create_first()
    if first is not None:
        file = await asyncio.to_thread(keep_first, first, site.engine.settings.home)
        typer.echo(f"A token for an administrator, shown once and kept in {file}:\n\n  {first.secret}\n")
    if options.link:
        minutes = site.settings.link_minutes
        reached = reached_at(options, port=port)
        link = await link_from_terminal(site.access, Role.ADMIN, address=reached, minutes=minutes)
        typer.echo(f"To sign a browser in, once, within {minutes:g} minutes: {link}")


def reached_at(options: Options, *, port: int) -> str:
    """Return where a browser finds this server: by the first of the names that clients know, if there is one."""
    if options.behind_proxy and options.hosts:
        return f"https://{options.hosts[0]}"
    return _address((*options.hosts, options.host)[0], port, options.tls)


def _address(host: str, port: int, tls: Tls | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{port}"


def keep_first(first: Issued, home: Path) -> Path:
    """Write the first token to a file that only this user can read."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "admin-token"
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(first.secret + "\n")
    return file
