"""A first look at analysts' SQL: is it one query, without templates? PostgreSQL and the reader role decide the rest."""

import re
from collections.abc import Iterator, Sequence

_QUERIES = ("select", "with", "values", "table")
_WHOLE = re.compile(
    r"[eE]'[^'\\]*(?:(?:''|\\.)[^'\\]*)*'"  # an escape string
    r"|'[^']*(?:''[^']*)*'"  # a string
    r'|"[^"]*(?:""[^"]*)*"'  # a quoted identifier
    r"|\w+",  # a word, so that the e of name'...' is none of an escape string
    re.DOTALL,
)
_IGNORED = re.compile(r"\s+|--[^\n]*")
_DOLLAR = re.compile(r"\$(?:[A-Za-z_]\w*)?\$")
_NAME = re.compile(r"[A-Za-z_]\w*")
_COMMENT_MARK = re.compile(r"/\*|\*/")


def check_sql(text: str) -> str | None:
    """Return what is wrong with the text of a query, or None."""
    if "{{" in text or "{%" in text:
        return "SQL is not a template: values go into SQL as :name binds"
    words, semicolons = _outline(text)
    if not words:
        return "the SQL is empty"
    if words[0].lower() not in _QUERIES:
        return f'the SQL begins with "{words[0][:40]}"; it must be one query: {", ".join(_QUERIES)}'
    if semicolons:
        return "the SQL has more than one statement: only one query is allowed"
    return None


def _outline(text: str) -> tuple[list[str], int]:
    """Return the first word, and how many semicolons have something after them. One pass."""
    words: list[str] = []
    open_semicolons = inner_semicolons = 0
    for _, found in tokens(text):
        if found == ";":
            open_semicolons += 1
        elif found:
            inner_semicolons += open_semicolons
            open_semicolons = 0
            if not words and found != "(":
                words.append(found)
    return words, inner_semicolons


def bind_names(text: str) -> frozenset[str]:
    """Return each ``name`` of the ``:name``s in SQL."""
    if ":" not in text:
        return frozenset()
    parts = list(tokens(text))
    return frozenset(found for index, (_, found) in enumerate(parts) if is_bind(parts, index))


def is_bind(parts: Sequence[tuple[int, str]], index: int) -> bool:
    """Say whether this part is the ``name`` of a ``:name``; after ``::`` it is a type."""
    if index == 0 or parts[index - 1][1] != ":" or not _NAME.fullmatch(parts[index][1]):
        return False
    return index == 1 or parts[index - 2][1] != ":"


def tokens(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each part begins and what it is: a word, a quoted text, a character; nothing for space and comments.

    One pass over any text, hostile or broken; the parts, in order, are the whole text.
    """
    position = 0
    while position < len(text):
        end, found = _token(text, position)
        yield position, found
        position = end


def _token(text: str, position: int) -> tuple[int, str]:
    """Return the end of what begins here and what it is: a word, a character, or nothing for space and comments."""
    if text.startswith("/*", position):
        return _end_of_comment(text, position), ""
    if ignored := _IGNORED.match(text, position):
        return ignored.end(), ""
    if dollar := _DOLLAR.match(text, position):
        return _end_of_dollar_quotes(text, dollar), dollar[0]
    whole = _WHOLE.match(text, position)
    return (whole.end(), whole[0]) if whole else (position + 1, text[position])


def _end_of_dollar_quotes(text: str, opening: re.Match[str]) -> int:
    closing = text.find(opening[0], opening.end())
    return len(text) if closing < 0 else closing + len(opening[0])


def _end_of_comment(text: str, position: int) -> int:
    """Comments nest in PostgreSQL."""
    depth = 0
    for mark in _COMMENT_MARK.finditer(text, position):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(text)
