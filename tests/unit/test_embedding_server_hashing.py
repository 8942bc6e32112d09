"""The hashing model: what is written about it is what it does. The reference data are made by it."""

import hashlib
import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.embedding_server.models.hashing import hashed
from services.embedding_server.reference.making import job_postings, users
from services.embedding_server.reference.writing import Format, write


def by_the_book(text: str, dimensions: int) -> np.ndarray:
    """Return the vector as the model's documentation says, for a text of plain words without phrases."""
    words = text.lower().split()
    weights: dict[str, float] = {}
    for feature, weight in (
        *((word, 1.0) for word in words),
        *((f"{left} {right}", 0.5) for left, right in pairwise(words)),
        *((f"<{word}>"[at : at + 3], 0.25) for word in words for at in range(len(word))),
    ):
        weights[feature] = weights.get(feature, 0.0) + weight
    vector = np.zeros(dimensions)
    for feature, weight in weights.items():
        number = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "little")
        vector[(number >> 1) % dimensions] += -weight if number & 1 else weight
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize("text", ["baker", "Senior Data Engineer", "the cat and the hat", "straße straße"])
@pytest.mark.parametrize("dimensions", [8, 64, 1536])
def test_the_vector_is_the_documented_one(text: str, dimensions: int) -> None:
    assert hashed([text], dimensions=dimensions)[0] == pytest.approx(by_the_book(text, dimensions), abs=1e-6)


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_every_text_has_a_vector_of_length_1(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    matrix = hashed(texts, dimensions=32)
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)


def test_a_vector_does_not_depend_on_the_process() -> None:
    code = (
        "from services.embedding_server.models.hashing import hashed; print(hashed(['a text'], dimensions=16).tolist())"
    )
    said = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert said == {f"{hashed(['a text'], dimensions=16).tolist()}\n"}


def test_texts_that_share_words_or_pieces_of_them_are_nearer() -> None:
    near, inflected, far, text = hashed(
        ["data engineer in Berlin", "data engineering, Berlin", "night nurse, Graz", "data engineer Berlin"],
        dimensions=1536,
    )
    assert text @ near > text @ inflected > 0.5 > 0.2 > text @ far


@pytest.mark.parametrize("make", [job_postings, users])
def test_a_reference_vector_is_what_the_model_makes_of_the_text(make: type) -> None:
    data = make(40, dimensions=256, seed=5)
    texts = [json.loads(metadata)["text"] for metadata in data.metadata]
    assert data.matrix == pytest.approx(hashed(texts, dimensions=256), abs=1e-6)


def test_reference_data_are_the_same_for_the_same_seed_only() -> None:
    first, again, other = (job_postings(200, dimensions=64, seed=seed) for seed in (1, 1, 2))
    assert (first.ids, first.metadata) == (again.ids, again.metadata)
    assert np.array_equal(first.matrix, again.matrix)
    assert not np.array_equal(first.matrix, other.matrix)


def test_the_first_neighbours_of_a_posting_have_its_profession() -> None:
    data = job_postings(2_000, dimensions=256, seed=1)
    titles = [json.loads(metadata)["title"].split(" ", 1)[1] for metadata in data.metadata]
    nearest = np.argsort(-(data.matrix[:100] @ data.matrix.T), axis=1)[:, 1:6]
    same = [titles[n] == titles[row] for row in range(100) for n in nearest[row]]
    assert sum(same) / len(same) > 0.9


def test_the_reference_set_is_written_in_seconds(tmp_path: Path) -> None:
    began = time.process_time()
    path = write(job_postings(10_000, dimensions=1536, seed=1), tmp_path, form=Format.NPZ)
    assert time.process_time() - began < 10
    with np.load(path) as arrays:
        assert arrays["embeddings"].shape == (10_000, 1536)
        assert json.loads(arrays["metadata"][0]).keys() >= {
            "title",
            "city",
            "country",
            "company",
            "salary_from",
            "skills",
        }


def test_the_command_writes_both_sets_and_leaves_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services.embedding_server.reference", "--folder", str(tmp_path), "--rows", "50"]
    done = subprocess.run(
        [*command, "--dimensions", "16", "--format", "pkl"], capture_output=True, text=True, check=True
    )
    assert "job_postings.pkl: 50 rows x 16" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job_postings.pkl", "users.pkl"]
