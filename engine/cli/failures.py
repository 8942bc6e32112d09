"""What a known failure looks like on the command line: what happened, and what to do next."""

import tomllib
from dataclasses import asdict, dataclass

import psycopg
import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from definitions.errors import DefinitionError
from engine.addresses import AddressMalformed, DatabaseUnreachable
from engine.asking import RequestRefused
from engine.resetter import RetryRefused
from engine.schema import SchemaOutdated
from engine.settings import TOML_FILE
from runners.registry import RegistrationError

_PLAIN = (
    AddressMalformed, DefinitionError, LookupError, OSError, RegistrationError, RetryRefused, RuntimeError,
    SchemaOutdated,
)  # fmt: skip
"""Errors whose own words say what happened and what to do."""


_HOW_TO_SET = f"correct the variable, or its line in {TOML_FILE}; docs/reference/settings.md lists them all"


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
        case ValidationError() | tomllib.TOMLDecodeError():
            return _of_settings(error)
        case typer.TyperException():
            return Failure(error.format_message(), "`batchdag COMMAND --help` says how a command is used")
        case _ if isinstance(error, _PLAIN):
            return Failure(str(error))
        case _:
            return None


def _of_settings(error: ValidationError | tomllib.TOMLDecodeError) -> Failure | None:
    """Name each setting as its operator writes it; its value is left out, for it may be a secret."""
    if isinstance(error, tomllib.TOMLDecodeError):
        return Failure(f"{TOML_FILE} is not TOML: {error}", _HOW_TO_SET)
    prefixes = {kind.__name__: str(kind.model_config.get("env_prefix", "")) for kind in BaseSettings.__subclasses__()}
    if (prefix := prefixes.get(error.title)) is None:
        return None
    lines = [f"  {prefix}{_dotted(one['loc']).upper()}: {_words(one['type'], one['msg'])}" for one in error.errors()]
    return Failure("\n".join(["the settings are not right:", *lines]), _HOW_TO_SET)


def _dotted(place: tuple[int | str, ...]) -> str:
    return ".".join(map(str, place))


def _words(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such setting"
    return f"{message[:1].lower()}{message[1:]}"


def _of_connection(error: psycopg.Error) -> Failure | None:
    match error:
        case psycopg.errors.DuplicatePreparedStatement() | psycopg.errors.InvalidSqlStatementName():
            return Failure(
                "transactions of others share this database connection (PgBouncer, pool_mode = transaction?)",
                "connect directly, or through a pool with pool_mode = session",
                error.sqlstate,
            )
        case psycopg.errors.InsufficientPrivilege():
            hint = "log in as the owner of the tables, or have the owner grant it: docs/howto/edit-in-sql.md says what"
            return Failure(f"the database does not let this login do that: {_first_line(error)}", hint, error.sqlstate)
        case psycopg.errors.NumericValueOutOfRange() | psycopg.errors.UntranslatableCharacter():
            said = f"a value that was given is none for the database: {_first_line(error)}"
            return Failure(said, "give another one", error.sqlstate)
        case DatabaseUnreachable():
            hint = "check that it runs and lets you in; BATCHDAG_DATABASE_URL says where it is"
            return Failure(str(error), hint, error.sqlstate)
        case psycopg.OperationalError():
            hint = "check BATCHDAG_DATABASE_URL"
            return Failure(f"the database cannot be reached: {error}", hint, error.sqlstate)
        case _:
            return None


def _first_line(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).partition("\n")[0]
