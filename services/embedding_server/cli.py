"""The command ``batchdag embedding-server`` and its options. Light to import: the list of commands loads it."""

from pathlib import Path
from typing import Annotated

import typer


def embedding_server(
    data: Annotated[
        list[str] | None, typer.Option(help="A folder of data sets, a file, or name=file. May be repeated.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 picks a free one.")] = 50051,
    *,
    model: Annotated[
        list[str] | None,
        typer.Option(help="What embeds texts, as KIND or KIND:NAME; the first is the default. May be repeated."),
    ] = None,
    token_file: Annotated[Path | None, typer.Option(help="Where tokens are kept; one is made if it is absent.")] = None,
    tls_certificate: Annotated[
        Path | None, typer.Option("--tls-certificate", "--tls-cert", exists=True, help="A certificate, in PEM.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(exists=True, help="Its key, in PEM.")] = None,
    behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help="A proxy encrypts.")] = False,
) -> None:
    """Stream embeddings from files over gRPC, and embed texts.

    Files are .npz, .pkl, Parquet and JSONL.
    """
    if (tls_certificate is None) != (tls_key is None):
        raise typer.BadParameter("--tls-certificate and --tls-key go together")
    try:
        from services.embedding_server import command  # noqa: PLC0415 - loaded only when it is to run
        from services.embedding_server.server import Tls  # noqa: PLC0415
    except ModuleNotFoundError as error:
        typer.echo(
            f"The embedding server needs {error.name}, which is not installed: pip install 'batchdag[embeddings]'",
            err=True,
        )
        raise typer.Exit(1) from error
    tls = Tls(tls_certificate, tls_key) if tls_certificate and tls_key else None
    command.serve(
        command.Options(
            data=tuple(data or ()), host=host, port=port, models=tuple(model or ("hashing",)),
            token_file=token_file, tls=tls, behind_proxy=behind_proxy,
        )
    )  # fmt: skip
