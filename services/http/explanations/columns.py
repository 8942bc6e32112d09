"""What the columns of an upload are called, in English and in Korean. Decides which names are the same."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

_ALIASES: Mapping[str, Sequence[str]] = {
    "question": ("question", "question_text", "text", "stem", "문제", "질문", "문항"),
    "answer": ("answer", "correct_answer", "right_answer", "정답", "답"),
    "choices": ("choices", "options", "보기", "선택지"),
    "choice_1": ("choice_1", "option_1", "choice_a", "option_a", "보기1", "선택지1"),
    "choice_2": ("choice_2", "option_2", "choice_b", "option_b", "보기2", "선택지2"),
    "choice_3": ("choice_3", "option_3", "choice_c", "option_c", "보기3", "선택지3"),
    "choice_4": ("choice_4", "option_4", "choice_d", "option_d", "보기4", "선택지4"),
    "wrong_answers": ("wrong_answers", "distractors", "오답"),
    "subject": ("subject", "과목"),
    "question_type": ("question_type", "type", "유형", "문제유형"),
    "language": ("language", "lang", "언어"),
    "level": ("level", "grade", "수준"),
    "difficulty": ("difficulty", "난이도"),
    "passage": ("passage", "지문"),
    "priority": ("priority", "우선순위"),
    "explanation": ("explanation", "해설", "설명"),
}
NUMBERED = ("choice_1", "choice_2", "choice_3", "choice_4")
NEEDED = ("question", "answer")


@lru_cache(maxsize=1_000)
def column_named(name: str) -> str | None:
    """Return the column that a name stands for, however written: ``Question Text``, ``questionText``, ``문제``."""
    return _COLUMNS.get(_plain(name))


def _plain(name: str) -> str:
    return re.sub(r"[\s_.-]", "", name).casefold()


_COLUMNS = {_plain(alias): column for column, aliases in _ALIASES.items() for alias in aliases}
