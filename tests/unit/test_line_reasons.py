"""What is wrong with a line of an upload has a code, whatever rule of a question it breaks."""

from typing import Any

import pytest

from services.http.explanations.questions import Known, check_entry
from services.http.explanations.reading import Entry
from services.http.explanations.shapes import LineReason

KNOWN = Known(subjects=["biology"], question_types=["choice"])
RIGHT = {"question": "Which?", "answer": "this"}


@pytest.mark.parametrize(
    ("wrong", "code", "values"),
    [
        ({"answer": "x" * 2_001}, LineReason.TOO_LONG, {"n": 2_000}),
        ({"wrong_answers": ["x"] * 21}, LineReason.TOO_MANY, {"n": 20}),
        ({"level": "high"}, LineReason.NO_NUMBER, {}),
        ({"level": 1.5}, LineReason.NO_NUMBER, {}),
        ({"level": [1]}, LineReason.NO_NUMBER, {}),
        ({"level": 0}, LineReason.BELOW, {"n": 1}),
        ({"level": 4}, LineReason.ABOVE, {"n": 3}),
        ({"answer": 7}, LineReason.NO_TEXT, {}),
        ({"wrong_answers": {"a": 1}}, LineReason.NO_LIST, {}),
        ({"difficulty": "heavy"}, LineReason.NONE_OF, {"choices": "'easy', 'medium' or 'hard'"}),
        ({"choices": ["a", "b"]}, LineReason.CHOICES, {"n": 2}),
        ({"colour": "red"}, LineReason.UNKNOWN_COLUMN, {}),
        ({"subject": "biologie"}, LineReason.UNKNOWN_CODE, {"name": "biologie", "nearest": "biology"}),
        ({"question_type": "zzz"}, LineReason.UNKNOWN_CODE, {"name": "zzz"}),
    ],
)
def test_a_broken_rule_is_told_by_its_code_with_what_it_names(
    wrong: dict[str, Any], code: LineReason, values: dict[str, Any]
) -> None:
    found = check_entry(Entry(1, RIGHT | wrong), known=KNOWN, keeps_formulas=False)
    assert isinstance(found, list)
    assert [(one.code, one.values) for one in found] == [(code, values)]
