"""Texts that match a regular expression: literals, classes, groups, alternatives and quantifiers. Nothing more.

Look-around and back-references are refused: an answer that does not match would be worse than none.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from runners.providers.answers_draw import Draw

Piece: TypeAlias = Callable[[Draw, int], str]
"""Makes a part of the text; the number says how far an open-ended quantifier may go beyond its minimum."""

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_WORD = _LOWER + _LOWER.upper() + _DIGITS + "_"
_PRINTABLE = "".join(map(chr, range(32, 127)))
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": " "}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_QUANTIFIER = re.compile(r"([*+?]|\{(\d+)(,?)(\d*)\})\??")
_MOST_IN_A_RANGE = 2000
_INNER_REACH = 3


def pattern_maker(pattern: str) -> Piece:
    """Return what makes texts that the whole of a valid regular expression matches, anchors or not.

    Raises:
        ValueError: the pattern uses more than is understood here.
    """
    return _Parser(pattern).whole()


class _Parser:
    """Recursive descent over one pattern, which is known to compile."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def whole(self) -> Piece:
        piece = self._alternatives()
        if self._at < len(self._pattern):
            raise self._refusal()
        return piece

    def _alternatives(self) -> Piece:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        return lambda draw, reach: draw.pick(branches)(draw, reach)

    def _sequence(self) -> Piece:
        pieces: list[Piece] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            if self._take("^") or self._take("$") or self._take(r"\b"):
                continue
            pieces.append(self._quantified(self._atom()))
        return lambda draw, reach: "".join([piece(draw, reach) for piece in pieces])

    def _atom(self) -> Piece:
        if self._take("("):
            return self._group()
        if self._take("["):
            return _one_of(self._class())
        if self._take("."):
            return _one_of(_LOWER)
        if self._take("\\"):
            return _one_of(self._escape())
        return _one_of(self._next())

    def _group(self) -> Piece:
        if self._take("?") and not self._take(":"):
            raise self._refusal()
        piece = self._alternatives()
        if not self._take(")"):
            raise self._refusal()
        return piece

    def _quantified(self, piece: Piece) -> Piece:
        found = _QUANTIFIER.match(self._pattern, self._at)
        if found is None:
            return piece
        self._at = found.end()
        low, high = _bounds(found)

        def repeated(draw: Draw, reach: int) -> str:
            most = low + reach if high is None else min(high, low + reach)
            # Within a repetition the inner ones stay short: their lengths multiply.
            return "".join([piece(draw, min(reach, _INNER_REACH)) for _ in range(draw.between(low, most))])

        return repeated

    def _class(self) -> str:
        negated = self._take("^")
        members = self._member()
        while not self._take("]"):
            members += self._member()
        if not negated:
            return "".join(dict.fromkeys(members))
        return "".join(char for char in _PRINTABLE if char not in members)

    def _member(self) -> str:
        first = self._escape() if self._take("\\") else self._next()
        is_range = self._pattern[self._at : self._at + 1] == "-" and self._pattern[self._at + 1 : self._at + 2] != "]"
        if len(first) != 1 or not is_range:
            return first
        self._at += 1
        last = self._escape() if self._take("\\") else self._next()
        codes = range(ord(first), ord(last) + 1)
        return "".join(map(chr, codes[:: len(codes) // _MOST_IN_A_RANGE + 1]))

    def _escape(self) -> str:
        char = self._next()
        if char in _CLASSES:
            return _CLASSES[char]
        if char.lower() in _CLASSES:
            excluded = _CLASSES[char.lower()]
            return "".join(other for other in _PRINTABLE if other not in excluded)
        if char in "xu":
            return self._code(2 if char == "x" else 4)
        if char.isalnum() and char not in _CONTROLS:
            raise self._refusal()
        return _CONTROLS.get(char, char)

    def _code(self, length: int) -> str:
        digits = self._pattern[self._at : self._at + length]
        self._at += length
        return chr(int(digits, 16))

    def _take(self, text: str) -> bool:
        if not self._pattern.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def _next(self) -> str:
        char = self._pattern[self._at]
        self._at += 1
        return char

    def _refusal(self) -> ValueError:
        return ValueError(
            f"no text can be made for the pattern {self._pattern!r}: character {self._at + 1} begins something "
            f"beyond classes, groups, alternatives and quantifiers"
        )


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    sign, low, comma, high = found.groups()
    if low is None:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
    if not comma:
        return int(low), int(low)
    return int(low), int(high) if high else None


def _one_of(chars: str) -> Piece:
    if not chars:
        raise ValueError("a character class of the pattern is empty")
    if len(chars) == 1:
        return lambda draw, reach: chars  # noqa: ARG005 - a literal has nothing to choose
    return lambda draw, reach: draw.pick(chars)  # noqa: ARG005 - one character, whatever the reach
