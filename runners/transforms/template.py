"""Renders templates into fields of each item. An item whose template fails is failed; the others go on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from definitions.errors import ExpressionError
from definitions.templates import ITEM_NAMES, Template
from runners.base import Column, InvalidStep, Json, NewItem
from runners.columns import with_columns
from runners.transforms.base import Payload


class RenderFields:
    """Adds a text field for each template."""

    one_to_one = True
    needs: Sequence[str] = ()

    def __init__(self, templates: Mapping[str, str], *, values: Mapping[str, Json]) -> None:
        self._templates = {field: _parsed(field, text) for field, text in templates.items()}
        self._values = values

    def made(self, payloads: Iterable[Payload]) -> Iterator[NewItem]:
        for payload in payloads:
            yield self._rendered(payload)

    def columns(self, known: Sequence[Column]) -> tuple[Column, ...]:
        return with_columns(known, [Column(field, "text") for field in self._templates])

    def _rendered(self, payload: Payload) -> NewItem:
        # Every template sees the item as it came, so their order does not matter.
        values = {**self._values, "item": payload}
        texts: Payload = {}
        for field, template in self._templates.items():
            try:
                texts[field] = template.render(values)
            except ExpressionError as error:
                return NewItem(payload, error=f"{field}: {error}")
        return NewItem(payload | texts)


def _parsed(field: str, text: str) -> Template:
    try:
        return Template.parse(text, names=ITEM_NAMES)
    except ExpressionError as error:
        raise InvalidStep(f'the template of "{field}" cannot be used: {error}') from error
