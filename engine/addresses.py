"""The address of a database as its operator wrote it: whether it is one, and how it is shown: without a password."""

import os

import psycopg
from psycopg.conninfo import conninfo_to_dict


class AddressMalformed(ValueError):
    """A setting that should hold the address of a database holds something else."""

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(
            f"{setting} is not the address of a database: {reason}. Write postgresql://user:password@host:5432/database,"
            " the special characters of a password percent-encoded (@ is %40)"
        )
        self.setting = setting


class DatabaseUnreachable(psycopg.OperationalError):
    """The database did not answer when the engine was opened."""

    def __init__(self, url: str, error: psycopg.Error) -> None:
        words = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
        super().__init__(f"the database at {place(url)} cannot be reached: {words}")


def check_address(url: str, *, setting: str) -> None:
    """Make sure that a setting holds what libpq can read.

    Raises:
        AddressMalformed: it does not; the message has no part of it, for it may be the password.
    """
    try:
        named = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise AddressMalformed(setting, _without_quotations(error)) from None
    if "@" in str(named.get("host", "")):
        raise AddressMalformed(setting, "its host has an @, as when a password has one")


def _without_quotations(error: psycopg.Error) -> str:
    """Return libpq's words up to what they quote of the address; only its own signs are left in."""
    words, quotation, _ = str(error).strip().replace('"="', "=").replace('"]"', "]").partition('"')
    return f"{words.strip()} what stands there" if quotation else words


def place(url: str) -> str:
    """Return host and port of an address, with libpq's defaults."""
    named = conninfo_to_dict(url)
    host = named.get("host") or named.get("hostaddr") or os.environ.get("PGHOST") or "the socket of this machine"
    port = named.get("port") or os.environ.get("PGPORT") or 5432
    return f"{host}, port {port}"
