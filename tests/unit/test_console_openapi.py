"""The document that the console's types are made from."""

import json

from services.console.openapi import words


def test_it_is_written_without_a_database_and_the_same_each_time() -> None:
    first = words()
    assert first == words()
    paths = json.loads(first)["paths"]
    assert "get" in paths["/definitions"]


def test_a_release_alone_changes_nothing_in_it() -> None:
    assert json.loads(words())["info"]["version"] == "0"
