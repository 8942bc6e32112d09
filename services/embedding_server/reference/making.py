"""Makes up job postings and users. The same number of rows, dimensions and seed make the same data, each time.

The vector of a row is what the model ``hashing`` makes of its text, so that one can search in them by texts. It is not
made of the text, though, but of its phrases, each of which is hashed once: a text's vector is the sum of theirs.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np

from services.embedding_server.datasets.stored import Array, Matrix
from services.embedding_server.models.hashing import scaled, unscaled
from services.embedding_server.reference.vocabulary import (
    CITIES,
    COMPANY_FIRST,
    COMPANY_SECOND,
    FIELDS,
    OFFERS,
    SENIORITIES,
    WISHES,
)

MODEL = "hashing"

_BLOCK = 10_000
_SKILLS = 5
_FIRST_DAY = date(2026, 1, 1)
_PROFESSIONS = [(field, profession) for field, professions in FIELDS.items() for profession in professions]

Row: TypeAlias = tuple[dict[str, Any], tuple[str, ...]]
"""Metadata without the text, and the phrases that the text is made of."""


@dataclass(frozen=True, slots=True)
class ReferenceSet:
    """A data set before it is written."""

    name: str
    ids: list[str]
    metadata: list[str]
    matrix: Matrix


def job_postings(rows: int, *, dimensions: int, seed: int) -> ReferenceSet:
    """Make up job postings."""
    draw = _Draw(rows, np.random.default_rng([seed, 1]))
    return _made("job_postings", "job", [draw.posting(row) for row in range(rows)], dimensions=dimensions)


def users(rows: int, *, dimensions: int, seed: int) -> ReferenceSet:
    """Make up users; whom a posting suits has a profession and skills in common with it."""
    draw = _Draw(rows, np.random.default_rng([seed, 2]))
    return _made("users", "user", [draw.user(row) for row in range(rows)], dimensions=dimensions)


class _Draw:
    """Everything that is left to chance, drawn at once for all rows."""

    def __init__(self, rows: int, chance: np.random.Generator) -> None:
        def one_of(values: Sequence[Any]) -> Array:
            return chance.integers(len(values), size=rows)

        self._profession, self._seniority, self._city = one_of(_PROFESSIONS), one_of(SENIORITIES), one_of(CITIES)
        self._company = [one_of(COMPANY_FIRST), one_of(COMPANY_SECOND)]
        self._offers, self._wishes = [one_of(OFFERS), one_of(OFFERS)], one_of(WISHES)
        self._skills = np.argsort(chance.random((rows, len(_PROFESSIONS[0][1].skills))), axis=1)[:, :_SKILLS]
        self._salary, self._day = chance.normal(1.0, 0.08, rows), chance.integers(365, size=rows)

    def posting(self, row: int) -> Row:
        shared, phrases = self._shared(row)
        company = f"{COMPANY_FIRST[self._company[0][row]]} {COMPANY_SECOND[self._company[1][row]]}"
        offers = [OFFERS[offer[row]] for offer in self._offers]
        salary = shared.pop("salary")
        metadata = shared | {
            "company": company,
            "salary_from": round(int(salary * 0.93), -2),
            "salary_to": round(int(salary * 1.07), -2),
            "offers": offers,
            "posted_on": str(_FIRST_DAY + timedelta(days=int(self._day[row]))),
        }
        return metadata, (*phrases, company, *offers)

    def user(self, row: int) -> Row:
        shared, phrases = self._shared(row)
        salary, wish = shared.pop("salary"), WISHES[self._wishes[row]]
        return shared | {"desired_salary": round(salary, -2), "wish": wish}, (*phrases, wish)

    def _shared(self, row: int) -> Row:
        field, profession = _PROFESSIONS[self._profession[row]]
        seniority, factor = SENIORITIES[self._seniority[row]]
        city = CITIES[self._city[row]]
        title = f"{seniority} {profession.title}"
        skills = tuple(profession.skills[skill] for skill in self._skills[row])
        metadata = {
            "title": title,
            "field": field,
            "city": city.name,
            "country": city.country,
            "skills": skills,
            "salary": int(profession.salary * factor * city.level * self._salary[row]),
            "currency": "EUR",
        }
        return metadata, (title, city.name, city.country, *skills)


def _made(name: str, prefix: str, rows: list[Row], *, dimensions: int) -> ReferenceSet:
    return ReferenceSet(
        name=name,
        ids=[f"{prefix}-{number:07}" for number in range(1, len(rows) + 1)],
        metadata=[
            json.dumps(metadata | {"text": ". ".join(phrases)}, ensure_ascii=False) for metadata, phrases in rows
        ],
        matrix=_matrix([phrases for _, phrases in rows], dimensions=dimensions),
    )


def _matrix(texts: Sequence[tuple[str, ...]], *, dimensions: int) -> Matrix:
    """Return the vectors of texts that all have as many phrases."""
    known = {phrase: place for place, phrase in enumerate(dict.fromkeys(phrase for text in texts for phrase in text))}
    vectors = np.array([unscaled(phrase, dimensions=dimensions) for phrase in known], np.float32)
    places = np.array([[known[phrase] for phrase in text] for text in texts])
    matrix = np.zeros((len(texts), dimensions), np.float32)
    for first in range(0, len(texts), _BLOCK):
        block = matrix[first : first + _BLOCK]
        for column in places[first : first + _BLOCK].T:
            block += vectors[column]
        scaled(block, dimensions=dimensions)
    return matrix
