"""Reads statements from ``.sql`` files: one for each, two lines of comment on top, ``:name`` for what is bound."""

import re
from functools import cache
from importlib.resources import files


@cache
def read_sql(package: str, name: str) -> str:
    """Return ``<package>/sql/<name>.sql`` with its ``:name`` parameters in psycopg's notation."""
    text = (files(package) / "sql" / f"{name}.sql").read_text("utf-8")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return re.sub(r"(?<![:\w]):([a-z_][a-z0-9_]*)", r"%(\1)s", body.replace("%", "%%"))
