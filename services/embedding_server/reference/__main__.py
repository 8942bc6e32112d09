"""``python -m services.embedding_server.reference``: writes the reference data."""

import time
from pathlib import Path
from typing import Annotated

import typer

from services.embedding_server.reference.making import job_postings, users
from services.embedding_server.reference.writing import Format, write

FOLDER = Path(".batchdag/reference")
_POSTINGS_PER_USER = 10


def main(
    folder: Annotated[Path, typer.Option(help="Where to.")] = FOLDER,
    *,
    rows: Annotated[int, typer.Option(min=1, help="Job postings; there is a user for every ten.")] = 10_000,
    dimensions: Annotated[int, typer.Option(min=8, max=16_384, help="Of the vectors.")] = 1_536,
    form: Annotated[Format, typer.Option("--format", help="Of the files.")] = Format.NPZ,
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes other data.")] = 1,
) -> None:
    """Write two data sets, job_postings and users, for `batchdag embedding-server --data FOLDER`."""
    for make, count in ((job_postings, rows), (users, max(1, rows // _POSTINGS_PER_USER))):
        began = time.perf_counter()
        path = write(make(count, dimensions=dimensions, seed=seed), folder, form=form)
        typer.echo(f"{path}: {count:,} rows x {dimensions:,}, in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    typer.run(main)
