"""``batchdag prompt``: what people type, against a real database."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.typing_commands import Type, Typed


@pytest.fixture
def typed(command: Type) -> Type:
    """Run ``batchdag prompt`` with these words, in an empty folder."""
    return partial(command, "prompt")


def written(name: str, text: str) -> str:
    Path(name).write_text(text, "utf-8")
    return name


def answer(result: Typed) -> Any:
    assert result.exit_code == 0, result.err
    return result.json


def test_a_prompt_is_set_shown_edited_and_compared(typed: Type) -> None:
    schema = written("schema.json", '{"type": "object", "properties": {"q": {"type": "string"}}}')
    made = typed("set", "ask", "--file", written("a.txt", "One.\nTwo.\n"), "--schema", schema, "--json")
    assert answer(made) == [{"key": "ask", "before": 0, "version": 1, "did": "created"}]
    assert typed("set", "ask", "--file", written("a.txt", "One.\n2.\n"), "--description", "Asks.").exit_code == 0
    shown = answer(typed("show", "ask", "--json"))
    assert (shown["version"], shown["description"], shown["body"]) == (2, "Asks.", "One.\n2.")
    assert shown["response_schema"] == {"type": "object", "properties": {"q": {"type": "string"}}}
    assert [version["version"] for version in shown["versions"]] == [1, 2]
    assert "-Two.\n+2." in typed("diff", "ask").out
    assert list(answer(typed("diff", "ask", "--from", "2", "--to", "1", "--json"))["changes"]) == ["body"]


def test_show_prints_the_texts_as_they_are(typed: Type) -> None:
    body = "[bold]{{ item.word }}[/bold] " + "word " * 100 + "\n  indented"
    typed("set", "ask", "--file", written("a.txt", body))
    assert body in typed("show", "ask").out


def test_an_empty_file_and_a_null_take_a_part_away(typed: Type) -> None:
    system, schema = written("s.txt", "Be brief."), written("s.json", '{"type": "object"}')
    typed("set", "ask", "--file", written("a.txt", "x"), "--system-file", system, "--schema", schema)
    typed("set", "ask", "--system-file", written("s.txt", ""), "--schema", written("s.json", "null"))
    shown = answer(typed("show", "ask", "--json"))
    assert (shown["body"], shown["system"], shown["response_schema"]) == ("x", None, None)


def test_an_export_that_is_applied_changes_nothing(typed: Type) -> None:
    typed("set", "ask", "--file", written("a.txt", "One.\n{{ item.word }}"), "--system-file", written("s.txt", "on"))
    typed("set", "tell", "--file", written("a.txt", "1e5"))
    text = typed("export").out
    assert [row["key"] for row in yaml.safe_load(text)] == ["ask", "tell"]
    applied = answer(typed("apply", written("all.yaml", text), "--json"))
    assert [line["did"] for line in applied] == ["unchanged", "unchanged"]
    assert answer(typed("export", "tell", "--json"))[0]["body"] == "1e5"


def test_the_list_says_who_edited_what(typed: Type) -> None:
    assert "no prompts yet" in typed("list").out
    typed("set", "ask", "--file", written("a.txt", "x"), "--description", "Asks.")
    [row] = answer(typed("list", "--json"))
    assert (row["key"], row["version"], row["description"], row["client"]) == ("ask", 1, "Asks.", "batchdag")
    assert row["used_by"] == []


def test_a_trial_renders_each_item_and_counts_tokens(typed: Type) -> None:
    body = "About {{ item.word }} in {{ params.language }}."
    typed("set", "ask", "--file", written("a.txt", body), "--system-file", written("s.txt", "{{ params.language }}!"))
    items = written("items.jsonl", '{"word": "사과"}\n\n{"word": "pear"}\n')
    tried = answer(typed("test", "ask", "--items", items, "--params", '{"language": "Korean"}', "--json"))
    assert [item["prompt"] for item in tried["items"]] == ["About 사과 in Korean.", "About pear in Korean."]
    assert tried["system"]["prompt"] == "Korean!"
    assert all(item["tokens"] > 0 for item in tried["items"])


def test_a_trial_of_an_item_that_does_not_fit_says_why_and_fails(typed: Type) -> None:
    typed("set", "ask", "--file", written("a.txt", "{{ item.word }}"))
    result = typed("test", "ask", "--items", written("items.json", '[{"word": "a"}, {"wrd": "b"}]'))
    assert result.exit_code == 1
    assert "item 1 of 2" in result.out
    assert "item 2 of 2: cannot be rendered\nitem.word is undefined" in result.out


def test_a_trial_is_of_the_version_that_is_asked_for(typed: Type) -> None:
    for body in ("one", "two"):
        typed("set", "ask", "--file", written("a.txt", body))
    assert answer(typed("test", "ask", "--version", "1", "--json"))["items"][0]["prompt"] == "one"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "aks"), "there is no prompt 'aks' (did you mean \"ask\"?)"),
        (("diff", "ask"), "version 1 of prompt 'ask' has none before it"),
        (("set", "fresh"), "body: must not be empty"),
        (("set", "ask", "--file", "bad.txt"), 'body: unknown name "itm"'),
        (("apply", "bad.yaml"), 'extra: unknown field "extra"'),
    ],
)
def test_a_mistake_is_explained(typed: Type, words: tuple[str, ...], message: str) -> None:
    typed("set", "ask", "--file", written("a.txt", "x"))
    written("bad.txt", "{{ itm }}")
    written("bad.yaml", "{key: a, body: x, extra: 1}")
    result = typed(*words)
    assert result.exit_code == 1
    assert message in result.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("test", "ask", "--item", "{"), "--item is not JSON"),
        (("test", "ask", "--params", "[]"), "--params must be a JSON object"),
        (("set", "ask", "--file", "binary"), "is not text in UTF-8"),
        (("set", "ask", "--schema", "a.txt"), "is not JSON"),
    ],
)
def test_wrong_usage_is_told_from_a_refusal(typed: Type, words: tuple[str, ...], message: str) -> None:
    written("a.txt", "x")
    Path("binary").write_bytes(b"\xff\xfe\x00")
    result = typed(*words)
    assert result.exit_code == 2
    assert message in result.err
