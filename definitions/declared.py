"""Does a definition read a param that its ``params_schema`` does not declare? A typo there would fail at run time only.

Decides when that is certain, and nothing else: a schema that lets instances have other params than it names leaves all
names to them, and so does a text that asks whether there is one.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from definitions.errors import Problem, did_you_mean
from definitions.param_reads import ParamReads
from definitions.sql_text import bind_names

_NAMES_OTHERS = frozenset(
    {
        "$dynamicRef", "$ref", "allOf", "anyOf", "dependentRequired", "dependentSchemas", "else", "if", "maxProperties",
        "minProperties", "not", "oneOf", "patternProperties", "propertyNames", "then", "unevaluatedProperties",
    }
)  # fmt: skip
"""What may say of params that ``properties`` does not name that there can be such."""

_IN_A_TEXT = "declare it in params_schema, or write | default(...) if it may be missing"
_IN_SQL = "declare it in params_schema, or give its value in bind"


def declared_params(schema: Any) -> frozenset[str] | None:
    """Return the names of all params that instances are meant to have; None if the schema leaves that open.

    It is left open unless there is a list of ``properties``, nothing beside it that may allow more, and no
    ``additionalProperties`` but false. To JSON Schema an absent one allows any; whoever wrote a list meant the list.
    """
    if not isinstance(schema, Mapping):
        return None
    names, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(names, Mapping) or not isinstance(required, list):
        return None
    if schema.get("additionalProperties") is not False:
        if "additionalProperties" in schema or not names or not _NAMES_OTHERS.isdisjoint(schema):
            return None
    elif "patternProperties" in schema:
        return None
    return frozenset(str(name) for name in (*names, *required))


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A name that nobody declares, where it stands, what could have been meant, and what to do."""

    name: str
    path: str
    mark: str
    known: Collection[str]
    advice: str

    def problem(self) -> Problem:
        hint = did_you_mean(self.name, sorted(self.known))
        return Problem(self.path, f'unknown param "{self.mark}{self.name[:60]}"{hint}: {self.advice}')


class ParamNames:
    """Collects what the texts of one definition read; a name that one of them guards may be missing in all."""

    def __init__(self, declared: frozenset[str] | None) -> None:
        self.are_known = declared is not None
        self._declared = declared or frozenset()
        self._guarded = set[str]()
        self._unknown: list[_Unknown] = []

    def text(self, reads: ParamReads, path: str) -> None:
        """Note what an expression or a template reads."""
        self._guarded |= reads.guarded
        for name in sorted(reads.plain - self._declared):
            self._unknown.append(_Unknown(name, path, "", self._declared, _IN_A_TEXT))

    def sql(self, text: str, path: str, *, bind: Any) -> None:
        """Note the ``:name``s of SQL; ``bind`` is the object beside it that has values for some of them."""
        if not isinstance(bind, Mapping):
            return
        known = self._declared | bind.keys()
        for name in sorted(bind_names(text) - known):
            self._unknown.append(_Unknown(name, path, ":", known, _IN_SQL))

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, once all texts were noted; nothing if it is not known what is declared."""
        if self.are_known:
            yield from (unknown.problem() for unknown in self._unknown if unknown.name not in self._guarded)
