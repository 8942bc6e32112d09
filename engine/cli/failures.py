"""What a known failure looks like on the command line: what happened, and what to do next."""

import psycopg
from pydantic import ValidationError

from definitions.errors import DefinitionError
from engine.addresses import AddressMalformed, DatabaseUnreachable
from engine.app import RequestRefused
from engine.catalog import UnknownDefinition
from engine.resetter import RetryRefused
from engine.schema import SchemaOutdated
from runners.registry import RegistrationError


def explain(error: BaseException) -> str | None:
    """Return the message for an error that people can act on; None for a bug, whose traceback is wanted."""
    match error:
        case DefinitionError() | RetryRefused() | UnknownDefinition() | RegistrationError() | SchemaOutdated():
            return f"error: {error}"
        case RequestRefused():
            return f"error: {error}" + (f"\nhint: {error.hint}" if error.hint else "")
        case psycopg.Error():
            return _of_connection(error)
        case ValidationError() if error.title == "Settings":
            return f"error: the settings are not right (BATCHDAG_... or batchdag.toml): {error}"
        case LookupError() | RuntimeError() | OSError() | AddressMalformed():
            return f"error: {error}"
        case _:
            return None


def _of_connection(error: psycopg.Error) -> str | None:
    match error:
        case psycopg.errors.DuplicatePreparedStatement() | psycopg.errors.InvalidSqlStatementName():
            return (
                "error: transactions of others share this database connection (PgBouncer, pool_mode = transaction?)\n"
                "hint: connect directly, or through a pool with pool_mode = session"
            )
        case DatabaseUnreachable():
            return f"error: {error}\nhint: check that it runs and lets you in; BATCHDAG_DATABASE_URL says where it is"
        case psycopg.OperationalError():
            return f"error: the database cannot be reached: {error}\nhint: check BATCHDAG_DATABASE_URL"
        case _:
            return None
