"""What ``batchdag embedding-server`` does: makes the models, finds the data, and serves until it is interrupted."""

import asyncio
import contextlib
import ipaddress
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import typer

from engine.logs import set_up_logs
from engine.settings import Settings
from engine.stopping import Stop, listen_for_stop
from engine.variables import warn_of_unread
from services.embedding_server.datasets.catalog import Catalog
from services.embedding_server.embedding import Embedder, TextLimits
from services.embedding_server.gate import Gate
from services.embedding_server.memory import keep_freed_memory
from services.embedding_server.models.base import ModelUnusable
from services.embedding_server.models.registry import Models
from services.embedding_server.queueing import Turnstile
from services.embedding_server.server import EmbeddingServer, Tls
from services.embedding_server.service import EmbeddingStream
from services.embedding_server.settings import EmbeddingServerSettings
from services.embedding_server.tokens import Tokens, make_token, read_tokens

TOKEN_FILE = "embedding-server-token"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    data: tuple[str, ...]
    host: str
    port: int
    models: tuple[str, ...]
    token_file: Path | None
    tls: Tls | None
    behind_proxy: bool


def serve(options: Options) -> None:
    """Serve until interrupted.

    Raises:
        RuntimeError: an option cannot be what it is; the message says what to do.
    """
    refuse_open_address(options)
    keep_freed_memory()
    try:
        asyncio.run(_serve(options))
    except (ModelUnusable, ValueError) as error:
        raise RuntimeError(str(error)) from error


def refuse_open_address(options: Options) -> None:
    """Raise ``RuntimeError`` for an address that others can reach, unless what they send is encrypted."""
    if not (_is_loopback(options.host) or options.tls or options.behind_proxy):
        raise RuntimeError(
            f"{options.host} can be reached from other machines, and tokens would cross the network in clear text;"
            " give --tls-certificate and --tls-key, or --behind-proxy if a proxy encrypts"
        )


def build(catalog: Catalog, models: Models, *, tokens: Tokens, settings: EmbeddingServerSettings) -> EmbeddingServer:
    """Put a server together; it listens nowhere yet."""
    embedder = Embedder(
        models,
        limits=TextLimits(texts=settings.max_texts, characters=settings.max_text_characters),
        turnstile=Turnstile(at_once=settings.embed_concurrency, waiting=settings.max_waiting),
    )
    recommending = Turnstile(at_once=settings.recommend_concurrency, waiting=settings.max_waiting)
    service = EmbeddingStream(catalog, embedder, recommending=recommending)
    return EmbeddingServer(service, gate=Gate(tokens), max_calls=settings.max_calls)


async def _serve(options: Options) -> None:
    settings, common = EmbeddingServerSettings(), Settings()
    set_up_logs(common.log_level, form=common.log_format)
    warn_of_unread(os.environ, also=(EmbeddingServerSettings,))
    catalog = Catalog(options.data, max_bytes=settings.max_data_set_bytes)
    tokens, notice = _tokens(settings, options.token_file or common.home / TOKEN_FILE)
    stop = listen_for_stop(within=timedelta(seconds=common.stop_seconds))
    models = await Models.make(options.models, environment=os.environ, storage=common.home / "storage")
    try:
        server = build(catalog, models, tokens=tokens, settings=settings)
        server.listen(options.host, options.port, tls=options.tls)
        await _serve_until(stop, server, announcement=_announcement(options, server.port, catalog) + notice)
    finally:
        await models.aclose()
    stop.done()


async def _serve_until(stop: Stop, server: EmbeddingServer, *, announcement: str) -> None:
    await server.start()
    typer.echo(announcement)
    await stop.asked()
    await server.stop(grace=stop.grace.total_seconds())


def _tokens(settings: EmbeddingServerSettings, file: Path) -> tuple[Tokens, str]:
    """Return the tokens, and what to tell about a new one."""
    if settings.token is not None:
        return read_tokens(settings.token.get_secret_value(), where="BATCHDAG_EMBEDDING_SERVER_TOKEN"), ""
    made = make_token(file)
    tokens = read_tokens(file.read_text(encoding="utf-8"), where=str(file))
    notice = "" if made is None else f"\nA token, shown once and kept in {file}:\n\n  {made}\n"
    return tokens, notice


def _announcement(options: Options, port: int, catalog: Catalog) -> str:
    shown = f"[{options.host}]" if ":" in options.host else options.host
    encrypted = ", with TLS" if options.tls else ""
    names = ", ".join(catalog.paths()) or "none; --data names files and folders"
    return (
        f"batchdag embedding-server listens on {shown}:{port}{encrypted}; Ctrl-C stops it.\n"
        f"Data sets: {names}. Models: {', '.join(options.models)}."
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False
