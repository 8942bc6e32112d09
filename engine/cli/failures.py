"""What a known failure looks like on the command line: what happened, and what to do next."""

from dataclasses import asdict, dataclass

import psycopg
import typer
from pydantic import ValidationError

from definitions.errors import DefinitionError
from engine.addresses import AddressMalformed, DatabaseUnreachable
from engine.asking import RequestRefused
from engine.resetter import RetryRefused
from engine.schema import SchemaOutdated
from runners.registry import RegistrationError

_PLAIN = (
    AddressMalformed, DefinitionError, LookupError, OSError, RegistrationError, RetryRefused, RuntimeError,
    SchemaOutdated,
)  # fmt: skip
"""Errors whose own words say what happened and what to do."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, what to do next, and the database's code for it if it was the database that refused."""

    error: str
    hint: str | None = None
    sqlstate: str | None = None

    def __str__(self) -> str:
        return f"error: {self.error}" + (f"\nhint: {self.hint}" if self.hint else "")

    def to_json(self) -> dict[str, str | None]:
        """Return the failure as programs read it: every key is always there."""
        return asdict(self)


def explain(error: BaseException) -> Failure | None:
    """Return what to say of an error that people can act on; None for a bug, whose traceback is wanted."""
    match error:
        case RequestRefused():
            return Failure(str(error), error.hint, error.sqlstate)
        case psycopg.Error():
            return _of_connection(error)
        case ValidationError() if error.title == "Settings":
            return Failure(f"the settings are not right (BATCHDAG_... or batchdag.toml): {error}")
        case typer.TyperException():
            return Failure(error.format_message(), "`batchdag COMMAND --help` says how a command is used")
        case _ if isinstance(error, _PLAIN):
            return Failure(str(error))
        case _:
            return None


def _of_connection(error: psycopg.Error) -> Failure | None:
    match error:
        case psycopg.errors.DuplicatePreparedStatement() | psycopg.errors.InvalidSqlStatementName():
            return Failure(
                "transactions of others share this database connection (PgBouncer, pool_mode = transaction?)",
                "connect directly, or through a pool with pool_mode = session",
                error.sqlstate,
            )
        case DatabaseUnreachable():
            hint = "check that it runs and lets you in; BATCHDAG_DATABASE_URL says where it is"
            return Failure(str(error), hint, error.sqlstate)
        case psycopg.OperationalError():
            hint = "check BATCHDAG_DATABASE_URL"
            return Failure(f"the database cannot be reached: {error}", hint, error.sqlstate)
        case _:
            return None
