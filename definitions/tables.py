"""The name of a table that a step may write to: what is no name, and what belongs to the engine or to PostgreSQL.

The same names as in schema.sql (``table_problem``). Which schemas an operator allows, and what there is, is not known.
"""

import re

_NAME = re.compile(r'(?:(?P<schema>"(?:[^"]|"")+"|[^".]+)\.)?(?P<table>"(?:[^"]|"")+"|[^".]+)')
_ENGINE_PREFIXES = ("batch_", "provider_", "prompt_template", "alert_", "api_token", "audit_")
_ENGINE_TABLES = frozenset(
    {
        "cache_invalidation", "cache_reader", "circuit_breaker", "dead_letter", "embedding_collection",
        "embedding_generation", "generation", "model_price", "stream_checkpoint",
    }
)  # fmt: skip


def split_name(written: str) -> tuple[str | None, str] | None:
    """Return the schema, if one is named, and the table of ``schema.table``; None if it is no name.

    Names are taken exactly, double quotes allowed.
    """
    match = _NAME.fullmatch(written.strip())
    if match is None:
        return None
    return _unquoted(match["schema"]) if match["schema"] else None, _unquoted(match["table"])


def table_problem(written: str) -> str | None:
    """Return why no step may write to this table, or None."""
    if (found := split_name(written)) is None:
        return f'"{written[:60]}" is not a table name; write "table" or "schema.table"'
    schema, name = found
    shown = f"{schema}.{name}" if schema else name
    if schema is not None and (schema.startswith("pg_") or schema == "information_schema"):
        return f"{shown} belongs to PostgreSQL itself; use a table of your own"
    if name.lower().startswith(_ENGINE_PREFIXES) or name.lower() in _ENGINE_TABLES:
        return f"{shown} has a name that is reserved for the engine; use a table of your own"
    return None


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
