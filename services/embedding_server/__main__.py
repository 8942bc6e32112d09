"""``python -m services.embedding_server`` is ``batchdag embedding-server``."""

import typer

from services.embedding_server.cli import embedding_server

if __name__ == "__main__":
    typer.run(embedding_server)
