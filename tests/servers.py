"""Where the servers that tests start keep their files, and the PostgreSQL of a session. Knows nothing of what is in it.

Each test gets a database of its own, which is a copy of some 900 small files; a PostgreSQL that was killed makes sure of
each of its files when it starts anew. Beside others that write to the same disk that takes 300 ms of CPU time and 4 s; in
memory, 30 ms and 1 s: so they are in memory where there is room. What is killed here is a process, and never the machine:
to a process that starts anew, a file in memory is as safe as one on a disk.
"""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from engine.embedded import start_embedded, stop_embedded

MEMORY = Path("/dev/shm")
_ROOM = 4_000_000_000
"""Bytes that must be free there: those of the largest tests in several sessions at once, and their log."""
_NAME = f"batchdag-test-{socket.gethostname()}-"
_SETTINGS = ("fsync = off", "full_page_writes = off", "max_wal_size = '256MB'")
"""Nothing outlives the session, so nothing has to be safe; and the log would fill the memory before anything else."""


@contextmanager
def session_server() -> Iterator[str]:
    """Run a server that forgets what it holds when the machine stops; gives its URL."""
    with server_folder() as folder:
        server = start_embedded(folder)
        with psycopg.connect(server.url, autocommit=True) as connection:
            for setting in _SETTINGS:
                connection.execute(f"alter system set {setting}")
            connection.execute("select pg_reload_conf()")
        yield server.url
        stop_embedded(server)


@contextmanager
def server_folder() -> Iterator[Path]:
    """Lend a folder for the files of servers, which every user may enter: PostgreSQL does not run as root.

    It is not below pytest's folder, to which every session takes away the access.
    """
    with tempfile.TemporaryDirectory(prefix=f"{_NAME}{os.getpid()}-", dir=_place(), ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


def _place() -> Path | None:
    """Return the folder for what is to be quick; None: where temporary files usually are."""
    if not os.access(MEMORY, os.W_OK):
        return None
    for left in MEMORY.glob(f"{_NAME}*"):
        _clear(left)
    return MEMORY if shutil.disk_usage(MEMORY).free > _ROOM else None


def _clear(folder: Path) -> None:
    """Remove what a session that was killed has left: on a disk it would be a nuisance, here it is memory."""
    session = folder.name.removeprefix(_NAME).partition("-")[0]
    if Path("/proc", session).exists():
        return
    for place in Path("/proc").glob("[0-9]*/cwd"):
        if (at := _target(place)).is_relative_to(folder):
            # PostgreSQL ends at once, and in order; RabbitMQ would write down how it stands.
            os.kill(int(place.parent.name), signal.SIGQUIT if at.name == "postgres" else signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def _target(link: Path) -> Path:
    try:
        return link.readlink()
    except OSError:  # the process has ended, or is another user's
        return Path()
