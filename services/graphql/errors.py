"""What a caller is told of an error: what they did wrong, in words; of anything else an id, which the log has too."""

import logging
import secrets
from collections.abc import Sequence
from typing import Any

import psycopg
from graphql import GraphQLError
from psycopg_pool import PoolTimeout

log = logging.getLogger("batchdag")


class Refused(Exception):
    """What was asked for cannot be done; the message says what to do instead."""


def told(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """Return errors as they are answered."""
    return [_told(error) for error in errors]


def _told(error: GraphQLError) -> dict[str, Any]:
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return dict(error.formatted)  # about the query itself
    shown = {key: value for key, value in error.formatted.items() if key in ("locations", "path")}
    return {"message": words_for(cause) or _masked(error)} | shown


def words_for(cause: BaseException) -> str | None:
    """Return what may be said of an error; None: nothing."""
    if isinstance(cause, Refused):
        return str(cause)
    if isinstance(cause, psycopg.DataError | UnicodeEncodeError):
        return f"the database cannot use a value of the query: {str(cause).splitlines()[0]}"
    if isinstance(cause, TimeoutError | psycopg.errors.QueryCanceled):
        return "the query took too long; narrow it with a filter, or ask for less at once"
    if isinstance(cause, PoolTimeout | psycopg.OperationalError):
        log.error("graphql.database_unreachable", extra={"why": str(cause)})
        return "the database did not answer; try again"
    return None


def _masked(error: GraphQLError) -> str:
    number = secrets.token_hex(8)
    log.error("graphql.failed", extra={"error_id": number, "path": error.path}, exc_info=error.original_error)
    return f"the server has a defect here; its log has the details under {number}"
