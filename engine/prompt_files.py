"""Prompts as text and back: YAML or JSON, one a document or a list of them. Reads and writes no file."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from definitions.documents import core_resolvers, parse_text
from definitions.errors import DefinitionError, Problem
from definitions.values import Json, kind
from engine.prompts import PromptRefused

_LINE_BREAKS = frozenset("\x85\u2028\u2029\ufeff")
"""What a block of text would not bring back as it was."""


def parse_prompts(text: str, *, source: str) -> list[dict[str, Json]]:
    """Return the prompts in YAML or JSON text; whether they are any good is not looked at.

    Raises:
        PromptRefused: the text does not parse or holds something else; the problems name source, line and column.
    """
    try:
        documents = parse_text(text, source=source)
    except DefinitionError as error:
        raise PromptRefused(error.problems) from error
    found = [row for document in documents for row in (document if isinstance(document, list) else [document])]
    for row in found:
        if row is not None and not isinstance(row, dict):
            raise PromptRefused([Problem(source, f"has a {kind(row)} where a prompt should be: key, body, ...")])
    return [row for row in found if row is not None]


def dump_prompts(rows: Sequence[Mapping[str, Json]]) -> str:
    """Return prompts as a YAML list, without what is empty; ``parse_prompts`` gives the same prompts back."""
    filled = [{column: value for column, value in row.items() if value not in (None, "")} for row in rows]
    return yaml.dump(filled, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110) if filled else ""


class _Dumper(yaml.SafeDumper):
    """Writes texts as blocks, which is how prompts are edited; quotes what a reader could take for another type."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style if _LINE_BREAKS.isdisjoint(text) else '"')


_Dumper.add_representer(str, _represent_text)
_Dumper.yaml_implicit_resolvers = {
    start: [*_Dumper.yaml_implicit_resolvers.get(start, []), *core_resolvers().get(start, [])]
    for start in {*_Dumper.yaml_implicit_resolvers, *core_resolvers()}
}
