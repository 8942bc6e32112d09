"""Numbers and texts that fit a JSON Schema: bounds, multiples, lengths, patterns, formats.

The name of a property and its description decide how long a text without bounds is. Knows no objects and no arrays.
"""

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from definitions.patterns import compiled
from runners.base import Json
from runners.providers.answers_draw import Draw
from runners.providers.answers_patterns import pattern_maker

Schema: TypeAlias = Mapping[str, Json]
Maker: TypeAlias = Callable[[Draw], Json]

_TRIES = 60
_LONG = re.compile(
    r"explan|descri|passage|content|text|body|summary|reason|analysis|question|sentence|paragraph"
    r"|설명|본문|내용|질문|문제|해설|지문",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"name|title|keyword|label|tag|(^|_)id$|code|word|answer|option|choice|topic|제목|이름|단어|정답|보기",
    re.IGNORECASE,
)


def integer_maker(schema: Schema, path: str) -> Maker:
    """Return what makes whole numbers within the schema's bounds."""
    # Of the multiples of 3/2, the whole ones are those of 3.
    step = abs(_fraction(schema.get("multipleOf", 1)).numerator)
    low, high = _open_ends(*_whole_bounds(schema), span=100 * step)
    first, last = math.ceil(Fraction(low, step)), math.floor(Fraction(high, step))
    if first > last:
        raise _unsatisfiable(path, "no whole number lies within its bounds")
    return lambda draw: step * draw.between(first, last)


def number_maker(schema: Schema, path: str) -> Maker:
    """Return what makes numbers within the schema's bounds; whole ones are written without a fraction."""
    step = _fraction(schema.get("multipleOf", 0))
    low, high = _open_ends(*_bounds(schema), span=100 * max(Fraction(1), step))
    if low > high:
        raise _unsatisfiable(path, "no number lies within its bounds")
    if step:
        return _multiple_maker(step, low, high, path)
    grain = next((grain for grain in (100, 10_000) if high - low >= Fraction(10, grain)), 0)
    if not grain:
        return lambda draw: _plain(low + (high - low) * draw.below(1001) / 1000)
    first, last = math.ceil(low * grain), math.floor(high * grain)
    return lambda draw: _plain(Fraction(draw.between(first, last), grain))


def string_maker(schema: Schema, path: str, *, name: str) -> Maker:
    """Return what makes texts of the schema's length, pattern and format; plain ones are words of the prompt."""
    low, high = int(schema.get("minLength", 0)), schema.get("maxLength", math.inf)
    if low > high:
        raise _unsatisfiable(path, f"minLength {low} is above maxLength {high}")
    if "pattern" in schema:
        return _patterned(schema["pattern"], low, high, path)
    if (form := _FORMATS.get(schema.get("format", ""))) is not None:
        return _formatted(form, low, high, f"{path}: the format {schema['format']!r} does not fit its length")
    fewest, most = _word_count(name, str(schema.get("description", "")))
    return _worded(fewest, most, low, high)


def _whole_bounds(schema: Schema) -> tuple[Fraction | None, Fraction | None]:
    lows = [math.ceil(schema["minimum"])] if "minimum" in schema else []
    lows += [math.floor(schema["exclusiveMinimum"]) + 1] if "exclusiveMinimum" in schema else []
    highs = [math.floor(schema["maximum"])] if "maximum" in schema else []
    highs += [math.ceil(schema["exclusiveMaximum"]) - 1] if "exclusiveMaximum" in schema else []
    return Fraction(max(lows)) if lows else None, Fraction(min(highs)) if highs else None


def _bounds(schema: Schema) -> tuple[Fraction | None, Fraction | None]:
    """Return the bounds, both included: one that is excluded is moved a little way towards the other."""
    lows = [Fraction(schema[name]) for name in ("minimum", "exclusiveMinimum") if name in schema]
    highs = [Fraction(schema[name]) for name in ("maximum", "exclusiveMaximum") if name in schema]
    low, high = max(lows, default=None), min(highs, default=None)
    little = max(Fraction(1), abs(low or Fraction()), abs(high or Fraction())) / 1000
    if low is not None and high is not None:
        little = min(little, abs(high - low) / 4)
    if low is not None and low == schema.get("exclusiveMinimum"):
        low += little
    if high is not None and high == schema.get("exclusiveMaximum"):
        high -= little
    return low, high


def _open_ends(low: Fraction | None, high: Fraction | None, *, span: Fraction | int) -> tuple[Fraction, Fraction]:
    """Return bounds for what has none: from 1 on, or from 0 where that is below the other bound."""
    if low is None and high is None:
        return Fraction(1), Fraction(1 + span)
    if low is None:
        assert high is not None
        return (Fraction(0) if high >= 1 else high - span), high
    return low, low + span if high is None else high


def _multiple_maker(step: Fraction, low: Fraction, high: Fraction, path: str) -> Maker:
    first, last = math.ceil(low / step), math.floor(high / step)
    if first > last:
        raise _unsatisfiable(path, f"no multiple of {float(step)} lies within its bounds")

    def make(draw: Draw) -> Json:
        # Validators divide floats: 0.07 / 0.01 is not whole to them, so such a number is drawn again.
        for _ in range(_TRIES):
            value = _plain(step * draw.between(first, last))
            if float(value / float(step)).is_integer():
                return value
        raise _unsatisfiable(path, f"no multiple of {float(step)} was found within its bounds")

    return make


def _fraction(number: float) -> Fraction:
    """Return the number as it is written: 0.1 is a tenth."""
    return Fraction(str(number))


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _word_count(name: str, description: str) -> tuple[int, int]:
    for told in (name, description):
        if _SHORT.search(told):
            return 1, 3
        if _LONG.search(told):
            return 9, 18
    return 3, 7


def _worded(fewest: int, most: int, low: int, high: float) -> Maker:
    def make(draw: Draw) -> str:
        text = draw.words(fewest + draw.below(most - fewest + 1))
        if draw.distinct:
            text = f"{draw.distinct} {text}"
        if fewest > 3 or len(text) < low:
            text = f"{text[:1].upper()}{text[1:]}."
        while len(text) < low:
            text += f" {draw.words(8)}."
        return text if len(text) <= high else re.sub(r"\s$", ".", text[: int(high)])

    return make


def _patterned(pattern: str, low: int, high: float, path: str) -> Maker:
    try:
        wanted = compiled(pattern)
        piece = pattern_maker(pattern)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error

    def make(draw: Draw) -> str:
        for attempt in range(_TRIES):
            text = draw.words(1 + attempt) if attempt < 2 and not draw.distinct else piece(draw, 4 + 2 * low)
            text = text if len(text) <= high else text[: int(high)]
            if len(text) >= low and wanted.is_in(text):
                return text
        raise _unsatisfiable(path, f"no text of {low} to {high} characters was found for the pattern {pattern!r}")

    return make


def _formatted(form: Callable[[Draw], str], low: int, high: float, refusal: str) -> Maker:
    def make(draw: Draw) -> str:
        text = form(draw)
        if not low <= len(text) <= high:
            raise ValueError(refusal)
        return text

    return make


def _date(draw: Draw) -> str:
    return f"{draw.between(2000, 2030)}-{draw.between(1, 12):02}-{draw.between(1, 28):02}"


def _time(draw: Draw) -> str:
    return f"{draw.below(24):02}:{draw.below(60):02}:{draw.below(60):02}Z"


def _host(draw: Draw) -> str:
    return f"{_latin(draw)}.example"


def _latin(draw: Draw) -> str:
    return "".join([draw.pick("abcdefghijklmnopqrstuvwxyz") for _ in range(draw.between(5, 9))])


def _uuid(draw: Draw) -> str:
    digits = f"{draw.below(1 << 64):016x}{draw.below(1 << 64):016x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


_FORMATS: Mapping[str, Callable[[Draw], str]] = {
    "date": _date,
    "time": _time,
    "date-time": lambda draw: f"{_date(draw)}T{_time(draw)}",
    "duration": lambda draw: f"PT{draw.between(1, 90)}M",
    "email": lambda draw: f"{_latin(draw)}@{_host(draw)}",
    "hostname": _host,
    "uri": lambda draw: f"https://{_host(draw)}/{_latin(draw)}",
    "uri-reference": lambda draw: f"/{_latin(draw)}",
    "uuid": _uuid,
    "ipv4": lambda draw: f"192.0.2.{draw.between(1, 254)}",
    "ipv6": lambda draw: f"2001:db8::{draw.between(1, 65535):x}",
}


def _unsatisfiable(path: str, why: str) -> ValueError:
    return ValueError(f"{path}: {why}; change the response schema there")
