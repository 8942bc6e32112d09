"""What is wrong with a definition: the sentences are known again by their codes, whoever checks it."""

import pytest

from definitions.validation import check
from engine.problem_words import ProblemCode, known_problem
from tests.bad_definitions import BAD, RUNNERS

CHECKED = [bad for bad in BAD if bad.python and bad.steps_text is None]
_MOST = 10


@pytest.fixture(scope="module")
def messages() -> set[str]:
    """What the checks in Python say of every bad definition."""
    return {one.message for bad in CHECKED for one in check(bad.row, runners=RUNNERS)[:_MOST]}


def test_every_sentence_of_the_checks_in_python_has_a_code(messages: set[str]) -> None:
    assert len(messages) > 80
    assert sorted(message for message in messages if known_problem(message) is None) == []


def test_what_only_a_parser_says_is_told_by_its_line_and_nothing_else_is(messages: set[str]) -> None:
    said = [found for message in messages if (found := known_problem(message))]
    parsed = sorted(one.words for one in said if one.code == ProblemCode.UNREADABLE_LINE)
    assert parsed
    begins = ("unexpected", "Unexpected", "expected")
    assert [words for words in parsed if not words.startswith(begins)] == []


@pytest.mark.parametrize(
    ("message", "code", "values"),
    [
        ('unknown step "lod" (did you mean "load"?)', ProblemCode.UNKNOWN_STEP, {"name": "lod", "nearest": "load"}),
        ('"steps.s9": unknown step', ProblemCode.UNKNOWN_STEP, {"name": "steps.s9"}),
        ('"steps.a" is not an ancestor of "b"', ProblemCode.NO_ANCESTOR, {"name": "steps.a", "of": "b"}),
        ('must be a list, not string "a, b"', ProblemCode.WRONG_TYPE, {"wanted": "a list", "given": 'string "a, b"'}),
        ("number 0 should be greater than 0", ProblemCode.NOT_ABOVE, {"bound": "0"}),
        ("number -1 does not satisfy minimum 0", ProblemCode.BELOW, {"bound": "0"}),
        ("not allowed here: calls (line 2)", ProblemCode.NOT_ALLOWED, {"what": "calls", "line": "2"}),
        (
            "give exactly one of sql, path and items; given: none",
            ProblemCode.EXACTLY_ONE,
            {"choices": "sql, path and items", "found": "none"},
        ),
        # as the database says it
        ('"a" is already the key of steps[0]', ProblemCode.DUPLICATE_KEY, {"name": "a", "at": "steps[0]"}),
        ('"b" is named twice', ProblemCode.NAMED_TWICE, {"name": "b"}),
        ('"a" names itself', ProblemCode.FOLLOWS_ITSELF, {"name": "a"}),
        ("must be at least 1", ProblemCode.BELOW, {"bound": "1"}),
        ("must be one statement: there is a ; in it", ProblemCode.SQL_MANY, {}),
        # as pydantic says it of the body of a request
        ("Field required", ProblemCode.REQUIRED, {}),
        ("Input should be greater than or equal to 1", ProblemCode.BELOW, {"bound": "1"}),
        ("Input should be a valid integer", ProblemCode.NO_SUCH_TYPE, {"wanted": "integer"}),
        ("String should have at most 63 characters", ProblemCode.TOO_LONG, {"count": "63"}),
        ("Extra inputs are not permitted", ProblemCode.FIELD_NOT_TAKEN, {}),
    ],
)
def test_a_sentence_is_known_with_what_it_names(message: str, code: ProblemCode, values: dict[str, str]) -> None:
    said = known_problem(message)
    assert said is not None
    assert (said.code, said.values, said.words) == (code, values, message)


@pytest.mark.parametrize("message", ["", "the moon is full", "must be blue, not green"])
def test_another_sentence_has_no_code(message: str) -> None:
    assert known_problem(message) is None
