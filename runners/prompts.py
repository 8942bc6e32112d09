"""Prompts: whether a row is one, which version an instance keeps, and the texts that it renders to.

An instance keeps the version that was there when it was made, from the first step that asks for it. How versions are
counted is the database's business; to whom a text is sent is not known here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Protocol

from definitions.errors import ExpressionError, Problem, did_you_mean
from definitions.limits import check_limits
from definitions.models import KEY_PATTERN
from definitions.schemas import check_params, check_schema
from definitions.templates import ITEM_NAMES, NAMES, Template
from runners.base import Connection, InvalidStep, Json, RunnerError, TransientFailure
from runners.sql_files import read_sql

_KEY = re.compile(KEY_PATTERN)
_MAX_SCHEMA = 100_000
_TEXT_OR_NULL = {"type": ["string", "null"]}
_SHAPE: Mapping[str, Any] = MappingProxyType(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["key", "body"],
        "properties": {
            "key": {"type": "string", "pattern": KEY_PATTERN},
            "description": {"type": "string", "maxLength": 10_000},
            "system": _TEXT_OR_NULL,
            "body": {"type": "string"},
            "response_schema": {"type": ["object", "null"]},
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    """One version of a prompt. It never changes."""

    key: str
    version: int
    system: str | None
    body: str
    response_schema: Mapping[str, Json] | None

    def render_system(self, values: Mapping[str, Json]) -> str | None:
        """Return the system text, which all items share; None if there is none.

        Raises:
            ExpressionError: it reads something undefined, mixes types, or costs or writes too much.
        """
        return None if self.system is None else Template.parse(self.system, names=NAMES).render(values)

    def render(self, values: Mapping[str, Json], *, item: Json) -> str:
        """Return the prompt for one item.

        Raises:
            ExpressionError: it reads something undefined, mixes types, or costs or writes too much.
        """
        return Template.parse(self.body, names=ITEM_NAMES).render({**values, "item": item})


async def pinned(connection: Connection, *, instance_id: int, key: str) -> PromptVersion:
    """Return the version of a prompt that this instance keeps, choosing it at first use. The caller commits.

    Raises:
        InvalidStep: there is no such prompt, or it is one that only the database's check took for good.
        TransientFailure: it is being written at this moment.
    """
    if not _KEY.fullmatch(key):
        raise InvalidStep(f"{key[:100]!r} is no key of a prompt: a letter, then up to 62 of a-z, 0-9 and _")
    cursor = await connection.execute(read_sql("runners", "pin_prompt"), {"instance_id": instance_id, "key": key})
    row = await cursor.fetchone()
    if row is None:
        raise await _missing(connection, key)
    version, system, body, response_schema = row
    found = PromptVersion(key=key, version=version, system=system, body=body, response_schema=response_schema)
    return _usable(found)


class Session(Protocol):
    """What runs statements: a connection, or the engine's own way to one."""

    async def execute(self, query: str, params: Mapping[str, Any], /) -> Any: ...


async def repin(connection: Session, *, instance_id: int) -> list[str]:
    """Move an instance to the newest versions of its prompts; return the keys for which that is a change, in order."""
    cursor = await connection.execute(read_sql("runners", "repin_prompts"), {"instance_id": instance_id})
    return sorted(key for (key,) in await cursor.fetchall())


def check_prompt(row: Mapping[str, Any]) -> list[Problem]:
    """Return everything that is wrong with a row of ``prompt_template``; what people set is all that it may have."""
    if too_large := check_limits(row):
        return too_large
    if misshapen := check_params(row, _SHAPE, path=""):
        return [Problem(problem.path.removeprefix("."), problem.message) for problem in misshapen]
    return [*_texts(row["body"], row.get("system")), *_response_schema(row.get("response_schema"))]


async def _missing(connection: Connection, key: str) -> RunnerError:
    cursor = await connection.execute("select key from prompt_template order by key")
    known = [found for (found,) in await cursor.fetchall()]
    if key in known:
        # An edit was committed between our statement's snapshot and that of the step which chose it.
        return TransientFailure(f"prompt {key!r} is being edited at this moment")
    hint = did_you_mean(key, known) or (f"; known: {', '.join(known[:30])}" if known else "; there is none yet")
    return InvalidStep(f"there is no prompt {key!r}{hint}. Write it with `batchdag prompt set`, or in prompt_template")


def _usable(found: PromptVersion) -> PromptVersion:
    row = asdict(found)
    del row["version"]
    if problems := check_prompt(row):
        lines = "; ".join(map(str, problems))
        raise InvalidStep(f"prompt {found.key!r}, version {found.version}, cannot be used: {lines}")
    return found


def _texts(body: str, system: str | None) -> Iterator[Problem]:
    if not body.strip():
        yield Problem("body", "must not be empty")
    for path, text, names in (("body", body, ITEM_NAMES), ("system", system or "", NAMES)):
        try:
            Template.parse(text, names=names)
        except ExpressionError as error:
            yield Problem(path, str(error))


def _response_schema(schema: Mapping[str, Json] | None) -> Iterator[Problem]:
    if schema is None:
        return
    if len(json.dumps(schema, ensure_ascii=False)) > _MAX_SCHEMA:
        yield Problem("response_schema", f"is longer than {_MAX_SCHEMA:,} characters")
        return
    if schema.get("type") != "object":
        yield Problem("response_schema.type", 'must be "object": every provider can answer with named fields')
    yield from check_schema({**schema, "type": "object"}, path="response_schema")
