"""What a question has to be like to be saved. Pure: the codes of subjects and types are handed in."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from definitions.errors import did_you_mean, nearest
from services.http.explanations.columns import NUMBERED
from services.http.explanations.reading import Entry
from services.http.explanations.shapes import LineProblem, LineReason

_FORMULA = re.compile(r"\s*+(?:[=＝@＠]|[+＋－-][^\n]*[(|!])")
_HANGUL = re.compile("[ᄀ-ᇿ㄰-㆏가-힣]")
_REASONS = {
    "missing": "is missing",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "holds NUL, or U+FFFD, which stands for a character that was lost",
}
_CODES = {
    "missing": LineReason.MISSING,
    "string_too_short": LineReason.EMPTY,
    "string_pattern_mismatch": LineReason.LOST_CHARACTER,
    "choices": LineReason.CHOICES,
    "answer": LineReason.ANSWER_IS_NO_CHOICE,
    "wrong_answers": LineReason.ANSWER_IS_WRONG,
    "string_too_long": LineReason.TOO_LONG,
    "too_long": LineReason.TOO_MANY,
    "int_parsing": LineReason.NO_NUMBER,
    "int_type": LineReason.NO_NUMBER,
    "int_from_float": LineReason.NO_NUMBER,
    "string_type": LineReason.NO_TEXT,
    "list_type": LineReason.NO_LIST,
    "literal_error": LineReason.NONE_OF,
    "greater_than_equal": LineReason.BELOW,
    "less_than_equal": LineReason.ABOVE,
    "extra_forbidden": LineReason.UNKNOWN_COLUMN,
}
_NAMED = {"max_length": "n", "ge": "n", "le": "n", "n": "n", "expected": "choices"}
"""How a sentence calls what pydantic tells of a rule."""
_WHOLE = r"^[^\x00\ufffd]*$"

# PostgreSQL's text cannot hold NUL; what JSON writes as \u0000 has become U+FFFD here.
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000, pattern=_WHOLE)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000, pattern=_WHOLE)]


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that an upload may name."""

    subjects: Sequence[str]
    question_types: Sequence[str]


class Question(BaseModel):
    """A question that can be saved."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Text
    answer: Words
    choices: list[Words] = Field(default_factory=list)
    wrong_answers: list[Words] = Field(default_factory=list, max_length=20)
    subject: Words | None = None
    question_type: Words | None = None
    language: Literal["ko", "en"]
    level: Annotated[int, Field(ge=1, le=3)] | None = None
    difficulty: Literal["easy", "medium", "hard"] | None = None
    passage: Text | None = None
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = 0
    explanation: Text | None = None

    @field_validator("choices")
    @classmethod
    def _four_or_none(cls, choices: list[str]) -> list[str]:
        if len(choices) not in (0, 4) or len(set(choices)) != len(choices):
            raise PydanticCustomError("choices", "has {n} different ones; give 4, or none", {"n": len(set(choices))})
        return choices

    @model_validator(mode="after")
    def _answer_is_right(self) -> "Question":
        if self.choices and self.answer not in self.choices:
            raise PydanticCustomError("answer", "is none of the choices; write the choice itself, not its number")
        if self.answer in self.wrong_answers:
            raise PydanticCustomError("wrong_answers", "the right answer is among them")
        return self

    def row(self, line: int) -> dict[str, Any]:
        """Return the values to save; where there are choices, the other three are the wrong answers."""
        others = [choice for choice in self.choices if choice != self.answer]
        return self.model_dump() | {"line": line, "wrong_answers": others or self.wrong_answers}


def check_entry(entry: Entry, *, known: Known, keeps_formulas: bool) -> Question | list[LineProblem]:
    """Return the question, or everything that is wrong with it."""
    values = _gathered(entry.values)
    if not keeps_formulas and (columns := list(_formulas(values))):
        return [LineProblem.of(entry.line, LineReason.FORMULA, _FORMULA_WORDS, column=column) for column in columns]
    try:
        question = Question.model_validate(values)
    except ValidationError as error:
        return [_said(entry.line, one) for one in error.errors(include_url=False)]
    return list(_unknown(entry.line, question, known)) or question


_FORMULA_WORDS = (
    "begins like a formula, which a spreadsheet would run when the questions are exported; reword it, or upload with"
    " ?formulas=keep if it is meant"
)


def _gathered(values: Mapping[str, Any]) -> dict[str, Any]:
    """Make lists of what CSV can only write as text, and drop what is empty."""
    given = {name: value for name, value in values.items() if value is not None and name not in NUMBERED}
    for name in ("choices", "wrong_answers"):
        if isinstance(given.get(name), str):
            given[name] = _listed(given[name])
    numbered = [values[name] for name in NUMBERED if values.get(name) is not None]
    if numbered:
        given["choices"] = [*given.get("choices", []), *numbered]
    return {"language": _language(given.get("question"))} | given


def _listed(text: str) -> Any:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return [part for part in text.split("|") if part.strip()]


def _language(question: Any) -> str:
    return "ko" if _HANGUL.search(str(question)) else "en"


def _formulas(values: Mapping[str, Any]) -> Iterable[str]:
    for column, value in values.items():
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and _FORMULA.match(text):
                yield column
                break


def _said(line: int, error: Mapping[str, Any]) -> LineProblem:
    """Return the column that an error is about, and the reason; in our words where pydantic's would not fit a file."""
    place = [str(part) for part in error["loc"]]
    kind = str(error["type"])
    code = _CODES.get(kind, LineReason.OTHER)
    values = {_NAMED[name]: value for name, value in error.get("ctx", {}).items() if name in _NAMED}
    reason = _REASONS.get(kind) or str(error["msg"])
    return LineProblem.of(line, code, reason, column=place[0] if place else kind, **values)


def _unknown(line: int, question: Question, known: Known) -> Iterable[LineProblem]:
    for column, code, codes in (
        ("subject", question.subject, known.subjects),
        ("question_type", question.question_type, known.question_types),
    ):
        if code is not None and code not in codes:
            near = nearest(code, codes)
            words = f"there is no {column} {code[:40]!r}{did_you_mean(code, codes)}"
            named = {"name": code[:40]} | ({} if near is None else {"nearest": near})
            yield LineProblem.of(line, LineReason.UNKNOWN_CODE, words, column=column, **named)
