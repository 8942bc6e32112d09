"""Decides who a secret belongs to, and as what. Knows tokens, links and sessions; knows nothing of HTTP.

A secret is ``bd_<id>_<random>``. The database has the SHA-256 of it alone, and what is random has 256 bits, so a stolen
table opens nothing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from engine.database import Connection, Database, sql
from engine.rows import Row, file_rows

TERMINAL = "terminal"
"""The name of the tokens that links made at a terminal stand for; the audit log says it."""


class Role(StrEnum):
    """What a caller may do; each may do what those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Kind(StrEnum):
    """How long a secret lasts: until it is revoked, for one use, or for one sitting at a browser."""

    TOKEN = "token"  # noqa: S105 - a word, not a secret
    LINK = "link"
    SESSION = "session"


class UnknownToken(LookupError):
    """There is no such token that could be revoked."""

    def __init__(self, token_id: int) -> None:
        super().__init__(f"there is no token {token_id} that is not revoked yet; `batchdag token list` shows them")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a secret stands for.

    Attributes:
        secret_id: the row of the secret itself, which for a session is not the token's.
        token_id: the token that was made for this caller.
    """

    secret_id: int
    token_id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Issued:
    """A new secret: shown once, and known to nobody afterwards."""

    id: int
    secret: str
    expires_at: datetime | None


class Access:
    """The tokens of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def caller(self, secret: str, *, kind: Kind) -> Caller | None:
        """Return whom this secret stands for; None if it is unknown, of another kind, expired or revoked."""
        secret_id = _id_in(secret)
        if secret_id is None:
            return None
        async with self._database.transaction() as connection:
            row = await (await connection.execute(sql("find_token"), {"id": secret_id, "kind": kind})).fetchone()
        if row is None or not hmac.compare_digest(row[3], _digest(secret)):
            return None
        return Caller(secret_id, row[0], row[1], Role(row[2]))

    async def is_valid(self, secret_id: int) -> bool:
        """Say whether a secret that was let in still counts: for connections that stay open."""
        async with self._database.transaction() as connection:
            binds = {"id": secret_id, "kind": None}
            return await (await connection.execute(sql("find_token"), binds)).fetchone() is not None

    async def create(self, role: Role, *, name: str, lasts: timedelta | None = None) -> Issued:
        """Make a token."""
        async with self._database.transaction() as connection:
            return await _insert(connection, kind=Kind.TOKEN, name=name, role=role, source=None, lasts=lasts)

    async def create_first(self) -> Issued | None:
        """Make a token for an administrator if nobody has one that works; of several processes, one makes it."""
        async with self._database.transaction() as connection:
            await connection.execute("lock table api_token in share row exclusive mode")
            known = await (await connection.execute(sql("count_admins"), {"terminal": TERMINAL})).fetchone()
            if known is not None and known[0]:
                return None
            return await _insert(connection, kind=Kind.TOKEN, name="first", role=Role.ADMIN, source=None, lasts=None)

    async def terminal(self, role: Role) -> Caller:
        """Return the token of this role that links made at a terminal stand for; make it if there is none that works.

        Who reaches the database may make any token, so asks for none. The secret of this one nobody has seen.
        """
        async with self._database.transaction() as connection:
            row = await (await connection.execute(sql("find_terminal"), {"name": TERMINAL, "role": role})).fetchone()
            if row is not None:
                return Caller(row[0], row[0], TERMINAL, role)
            made = await _insert(connection, kind=Kind.TOKEN, name=TERMINAL, role=role, source=None, lasts=None)
        return Caller(made.id, made.id, TERMINAL, role)

    async def link(self, caller: Caller, *, lasts: timedelta) -> Issued:
        """Make a link that signs a browser in as this caller, once."""
        return await self._stand_for(caller, kind=Kind.LINK, lasts=lasts)

    async def session(self, caller: Caller, *, lasts: timedelta) -> Issued:
        """Make a session of a browser that has shown the token itself."""
        return await self._stand_for(caller, kind=Kind.SESSION, lasts=lasts)

    async def redeem(self, link: str, *, lasts: timedelta) -> Issued | None:
        """Turn a link into a session; None if it is unknown, expired, or was used before."""
        link_id = _id_in(link)
        if link_id is None:
            return None
        secret = _secret(link_id)
        binds = {"id": link_id, "link": _digest(link), "session": _digest(secret), "lasts": lasts}
        async with self._database.transaction() as connection:
            row = await (await connection.execute(sql("redeem_link"), binds)).fetchone()
        return None if row is None else Issued(link_id, secret, row[0])

    async def revoke(self, secret_id: int) -> None:
        """End a token with all its sessions, or one session.

        Raises:
            UnknownToken: there is none, or it is revoked already.
        """
        async with self._database.transaction() as connection:
            row = await (await connection.execute(sql("revoke_token"), {"id": secret_id})).fetchone()
        if row is None:
            raise UnknownToken(secret_id)

    async def tokens(self) -> list[Row]:
        """Return every token, newest first, without its secret."""
        return await file_rows(self._database, "list_tokens")

    async def _stand_for(self, caller: Caller, *, kind: Kind, lasts: timedelta) -> Issued:
        """Make a secret that ends with the caller's token."""
        async with self._database.transaction() as connection:
            await connection.execute(sql("delete_ended_sessions"))
            return await _insert(
                connection, kind=kind, name=caller.name, role=caller.role, source=caller.token_id, lasts=lasts
            )


async def _insert(
    connection: Connection, *, kind: Kind, name: str, role: Role, source: int | None, lasts: timedelta | None
) -> Issued:
    token_id = int((await (await connection.execute(sql("next_token_id"))).fetchone() or (0,))[0])
    secret = _secret(token_id)
    binds = {"id": token_id, "kind": kind, "name": name, "role": role, "secret": _digest(secret)}
    cursor = await connection.execute(sql("insert_token"), binds | {"made_from": source, "lasts": lasts})
    return Issued(token_id, secret, (await cursor.fetchone() or (None,))[0])


def _secret(token_id: int) -> str:
    return f"bd_{token_id}_{secrets.token_urlsafe(32)}"


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def _id_in(secret: str) -> int | None:
    prefix, _, rest = secret.partition("_")
    number, _, random = rest.partition("_")
    is_ours = prefix == "bd" and number.isascii() and number.isdigit() and len(number) <= 18 and random != ""
    return int(number) if is_ours else None
