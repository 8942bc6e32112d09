"""Why a table does not take a row: which of PostgreSQL's errors are about a row, and what people are told.

An error that is not about a row (a lost connection, no permission) is translated into a failure of the whole step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import errors

from runners.base import BadData, InvalidStep, RunnerError, TransientFailure
from runners.loading.parts import Part

_LIMIT = 2_000
_ABOUT_A_ROW = (
    errors.DataError,
    errors.IntegrityError,
    errors.CardinalityViolation,
    errors.ProgramLimitExceeded,
    errors.WithCheckOptionViolation,
    errors.TriggeredDataChangeViolation,
    errors.PlpgsqlError,
    errors.RaiseException,
    errors.AssertFailure,
    errors.NoDataFound,
    errors.TooManyRows,
)


class LeftOutError(Exception):
    """The table took fewer rows than it was given, or could not say which row it would replace; no SQL error."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One item that the table did not take, and why."""

    step_id: int
    seq: int
    reason: str


def is_about_a_row(error: Exception) -> bool:
    """Say whether another row might do better. A code that PostgreSQL does not know was raised by a user's trigger."""
    return isinstance(error, (LeftOutError, *_ABOUT_A_ROW)) or type(error) is psycopg.DatabaseError


def refusal(part: Part, error: Exception) -> Refused:
    """Return the refusal of the only item of a part."""
    return Refused(part.step_id, part.first, reason_of(error))


def reason_of(error: Exception) -> str:
    """Return the database's message with its detail and SQLSTATE."""
    if not isinstance(error, psycopg.Error):
        return str(error)
    notes = [error.diag.message_primary or str(error), error.diag.message_detail]
    text = "; ".join(note for note in notes if note)
    return f"{text[:_LIMIT]} [{error.sqlstate}]"


@contextmanager
def translated(table: object) -> Iterator[None]:
    """Turn what PostgreSQL raises for the whole step into a failure that says what to do.

    Raises:
        TransientFailure: the connection broke, a lock timed out or a deadlock was resolved against us.
        BadData: a constraint refuses the whole, not a row: rows to be deleted are still referred to.
        InvalidStep: the statement cannot work, whatever the rows: a permission, a missing operator.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _failure(table, error) from error


def _failure(table: object, error: psycopg.Error) -> RunnerError:
    text = reason_of(error)
    if isinstance(error, (errors.OperationalError, errors.InterfaceError)) and not is_about_a_row(error):
        return TransientFailure(f"loading into {table} was interrupted: {text}")
    if is_about_a_row(error):
        return BadData(f"PostgreSQL refuses to load into {table}: {text}")
    return InvalidStep(f"PostgreSQL refuses to load into {table}: {text}; change the table, its grants or this step")
