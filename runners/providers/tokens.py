"""How many tokens a text has: estimated from its characters. Knows no model's vocabulary, and downloads none.

The weights come from byte-pair tokenizers as the large providers publish them: an English word is a little over one
token, a Hangul or Han character about one, an emoji two or three. ``Calibration`` corrects the rest from real usage.
"""

import math
from dataclasses import dataclass

_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SPACES = b" \t\n\r\x0b\x0c"
_DIGITS = b"0123456789"
_ASCII_REST = bytes(set(range(128)) - set(_LETTERS + _SPACES + _DIGITS))
# In UTF-8 the first byte of a character tells its length, and with it the kind of script.
_TWO_BYTES = bytes(range(0xC0, 0xE0))  # accented Latin, Greek, Cyrillic, Hebrew, Arabic
_THREE_BYTES = bytes(range(0xE0, 0xF0))  # Hangul, Han, kana, Thai, the scripts of India
_FOUR_BYTES = bytes(range(0xF0, 0xF8))  # emoji, rare Han

_ASCII = (_LETTERS, _SPACES, _DIGITS, _ASCII_REST)
_ALL = (*_ASCII, _TWO_BYTES, _THREE_BYTES, _FOUR_BYTES)
_TYPICAL = (0.25, 0.1, 0.5, 0.6, 0.5, 1.1, 2.0)
_HIGHEST = (0.6, 0.5, 1.0, 1.0, 1.5, 2.0, 4.0)
_SLACK = 4
"""A short text may be nothing but rare characters; a byte is never more than one token."""


def estimate_tokens(text: str) -> int:
    """Return about how many tokens the text has; 0 only for an empty one."""
    return math.ceil(_weighed(_bytes(text), _TYPICAL))


def upper_bound_tokens(text: str) -> int:
    """Return more tokens than the text has with any tokenizer in practice: for what must not be exceeded."""
    data = _bytes(text)
    return min(len(data), math.ceil(_weighed(data, _HIGHEST)) + _SLACK)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the estimates of a model's texts summed up to, beside the tokens that were really billed."""

    estimated: int = 0
    actual: int = 0

    def plus(self, *, estimated: int, actual: int) -> "Calibration":
        """Return the calibration with one more measurement."""
        return Calibration(self.estimated + estimated, self.actual + actual)

    def applied(self, estimate: int) -> int:
        """Return the estimate corrected by what was measured; as it is if nothing was."""
        if self.estimated <= 0 or self.actual <= 0:
            return estimate
        return math.ceil(estimate * self.actual / self.estimated)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _weighed(data: bytes, weights: tuple[float, ...]) -> float:
    kinds = _ASCII if data.isascii() else _ALL
    total = 0.0
    for kind, weight in zip(kinds, weights, strict=False):
        # Deleting one kind of byte and measuring what is left counts at the speed of C.
        left = data.translate(None, kind)
        total += weight * (len(data) - len(left))
        data = left
    return total
