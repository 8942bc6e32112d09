"""What the runners and their params are is said in Korean too: a form that is half English is read by nobody."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runners.registry import Registry

KOREAN = Path(__file__).parents[2] / "services/console/app/src/i18n/ko/runners.ts"
KEY = re.compile(r"^  (?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'):", re.MULTILINE)


def descriptions(value: Any) -> Iterator[str]:
    match value:
        case dict():
            if isinstance(value.get("description"), str):
                yield value["description"]
            for inner in value.values():
                yield from descriptions(inner)
        case list():
            for inner in value:
                yield from descriptions(inner)


def shown() -> set[str]:
    """What a form or a list of runners shows: not the name of the whole of a runner's params."""
    found = {text for runner in Registry.load().describe() for text in descriptions(runner)}
    return {text for text in found if not text.startswith("The params of ")}


def test_each_text_of_a_shipped_runner_has_a_korean_one_and_no_other_is_kept() -> None:
    told = {double or single for double, single in KEY.findall(KOREAN.read_text("utf-8"))}
    told = {key.replace("\\'", "'").replace('\\"', '"') for key in told}
    assert sorted(told) == sorted(shown())
