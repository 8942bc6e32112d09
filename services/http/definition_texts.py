"""A definition as text and back, for who has no YAML: the editor shows and takes it. Saves nothing, checks nothing."""

from collections.abc import Mapping

from definitions.errors import DefinitionError, Problem
from definitions.files import dump_definition, parse_documents
from runners.base import Json

_SOURCE = "text"


def text_of(definition: Mapping[str, Json]) -> str:
    """Return a definition as YAML, without what equals the default."""
    return dump_definition(definition)


def definition_in(text: str) -> dict[str, Json]:
    """Return the definition in YAML or JSON text.

    Raises:
        DefinitionError: there is none, or more than one; a problem's path is ``text:LINE:COLUMN``.
    """
    found = parse_documents(text, source=_SOURCE)
    if len(found) != 1:
        raise DefinitionError([Problem(_SOURCE, f"has {len(found)} definitions; one is needed")])
    return found[0]
