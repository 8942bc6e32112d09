"""The command ``batchdag demo-embeddings``. Light to import: the list of commands loads it."""

from typing import Annotated

import typer


def demo_embeddings(
    rows: Annotated[int, typer.Option(min=1000, help="Job postings; there is a user for every ten.")] = 10_000,
    dimensions: Annotated[int, typer.Option(min=8, max=2000, help="Of the vectors.")] = 1_536,
) -> None:
    """Stream embeddings into pgvector, and search them.

    The ingest is killed half-way, and goes on.
    """
    try:
        from services.demonstration.embeddings import demonstrate  # noqa: PLC0415 - loaded only when it is to run
    except ModuleNotFoundError as error:
        typer.echo(
            f"The demo needs {error.name}, which is not installed: pip install 'batchdag[embeddings,graphql,http]'",
            err=True,
        )
        raise typer.Exit(1) from error
    raise typer.Exit(0 if demonstrate(rows=rows, dimensions=dimensions) else 1)
