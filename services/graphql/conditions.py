"""Turns filters on metadata into SQL. Values and paths are bound; the text that is composed is a closed set. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from psycopg import sql
from psycopg.types.json import Jsonb

from runners.base import Json
from services.graphql.errors import Refused

MOST_CONDITIONS = 20
_MOST_VALUES = 200
_MOST_PARTS = 5
_LONGEST_PATH = 200


class Op(StrEnum):
    """How a field of the metadata is compared."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    HAS = "has"
    CONTAINS = "contains"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; ``path`` leads into the metadata."""

    path: tuple[str, ...]
    op: Op
    value: Json


_CONTAINED = "{metadata} @> %(VALUE)s"
_ORDERED = "(jsonb_typeof({metadata} #> %(PATH)s) = jsonb_typeof(%(VALUE)s) and {metadata} #> %(PATH)s SIGN %(VALUE)s)"
_TEMPLATES = {
    Op.EQ: _CONTAINED,
    Op.NE: f"({_CONTAINED}) is not true",
    Op.HAS: _CONTAINED,
    Op.IN: "{metadata} @> any(cast(%(VALUE)s as jsonb[]))",
    Op.LT: _ORDERED.replace("SIGN", "<"),
    Op.LTE: _ORDERED.replace("SIGN", "<="),
    Op.GT: _ORDERED.replace("SIGN", ">"),
    Op.GTE: _ORDERED.replace("SIGN", ">="),
    Op.CONTAINS: "strpos(lower({metadata} #>> %(PATH)s), lower(%(VALUE)s)) > 0",
    Op.EXISTS: "({metadata} #> %(PATH)s is not null) = %(VALUE)s",
}
"""Containment, ``@>``, is what a GIN index on the metadata answers."""


def read_path(field: str, *, exposed: Sequence[str] | None, collection: str) -> tuple[str, ...]:
    """Return the path that ``a.b`` stands for.

    Raises:
        Refused: it is none, or it leads to what is not exposed.
    """
    parts = tuple(field.split("."))
    if not field or len(field) > _LONGEST_PATH or len(parts) > _MOST_PARTS or "" in parts:
        raise Refused(f"field: {field[:100]!r} is no path such as city or address.city")
    if exposed is not None and parts[0] not in exposed:
        raise Refused(f"field: {collection} exposes no {parts[0]!r}; it exposes: {', '.join(exposed) or 'nothing'}")
    return parts


def predicate(conditions: Sequence[Condition], metadata: sql.Composable) -> tuple[sql.Composable, dict[str, Any]]:
    """Return SQL that is true where all conditions are, and its binds. No conditions: always true."""
    if len(conditions) > MOST_CONDITIONS:
        raise Refused(f"where: {len(conditions)} conditions; {MOST_CONDITIONS} are allowed")
    parts: list[sql.Composable] = [sql.SQL("true")]
    binds: dict[str, Any] = {}
    for number, condition in enumerate(conditions):
        value, path = f"value_{number}", f"path_{number}"
        template = _TEMPLATES[condition.op].replace("%(VALUE)s", f"%({value})s")
        template = template.replace("%(PATH)s", f"cast(%({path})s as text[])")
        parts.append(sql.SQL(template).format(metadata=metadata))
        binds |= {value: _bound(condition), path: list(condition.path)}
    return sql.SQL(" and ").join(parts), binds


def _bound(condition: Condition) -> Any:
    match condition.op:
        case Op.EQ | Op.NE:
            return Jsonb(_nested(condition.path, condition.value))
        case Op.HAS:
            return Jsonb(_nested(condition.path, [condition.value]))
        case Op.IN:
            return [Jsonb(_nested(condition.path, one)) for one in _list(condition)]
        case Op.LT | Op.LTE | Op.GT | Op.GTE:
            return Jsonb(condition.value)
        case Op.CONTAINS:
            return _string(condition)
        case Op.EXISTS:
            return condition.value is not False
        case _:
            assert_never(condition.op)


def _nested(path: Sequence[str], value: Json) -> Json:
    for part in reversed(path):
        value = {part: value}
    return value


def _list(condition: Condition) -> Sequence[Json]:
    if not isinstance(condition.value, list) or len(condition.value) > _MOST_VALUES:
        raise Refused(f"where: the value of IN is a list of at most {_MOST_VALUES}")
    return condition.value


def _string(condition: Condition) -> str:
    if not isinstance(condition.value, str):
        raise Refused("where: the value of CONTAINS is a text")
    return condition.value


def as_json(conditions: Sequence[Condition]) -> list[Mapping[str, Json]]:
    """Return conditions as JSON, to name a question by."""
    return [{"path": list(one.path), "op": str(one.op), "value": one.value} for one in conditions]
