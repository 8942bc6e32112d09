"""Opens psql on the configured database: the server's own psql for the embedded one, else the one that is installed."""

import os
import shutil
from collections.abc import Sequence

from engine.app import locate
from engine.embedded import start_embedded
from engine.settings import Settings


def psql(arguments: Sequence[str]) -> None:
    """Replace this process by psql.

    Raises:
        RuntimeError: there is a database URL, and no psql is installed.
    """
    settings = Settings()
    url, _ = locate(settings)
    if settings.database_url is None:
        program = str(start_embedded(settings.home).program("psql"))
    else:
        found = shutil.which("psql")
        if found is None:
            raise RuntimeError("psql is not installed here (Debian: apt install postgresql-client)")
        program = found
    os.environ.setdefault("PGAPPNAME", "psql")
    os.execv(program, [program, url, *arguments])  # noqa: S606
