"""Two collections as the shipped example has them, with vectors that are easy to think about."""

import json
from collections.abc import Sequence
from typing import Any

import psycopg

from tests.serving import Served

Connection = psycopg.Connection[tuple[Any, ...]]

CITIES = ("Seoul", "Busan", "Daegu")


def make_collections(connection: Connection, *, dimensions: int = 3, kind: str = "vector") -> None:
    """Postings and candidates: the tables, an index, and the rows that say that they are served."""
    connection.execute("create extension if not exists vector")
    for name in ("job_posting", "candidate"):
        connection.execute(f"create table {name} (id text primary key, metadata jsonb)")
        connection.execute(
            f"create table {name}_embedding (id text primary key references {name}, embedding {kind}({dimensions}),"
            " model text not null, content_hash bytea)"
        )
        connection.execute(
            "insert into embedding_collection (name, rows_table, embeddings_table) values (%s, %s, %s)",
            (name, name, f"{name}_embedding"),
        )


def add(
    connection: Connection, name: str, row_id: str, metadata: Any, vector: Sequence[float], *, model: str = "hashing"
) -> None:
    """Add or change a row as an ingester does: the metadata, the vector, and last the generation."""
    load(connection, name, [(row_id, metadata, vector)], model=model)


def load(
    connection: Connection, name: str, rows: Sequence[tuple[str, Any, Sequence[float]]], *, model: str = "hashing"
) -> None:
    """Add or change rows in one transaction."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {name} values (%s, %s) on conflict (id) do update set metadata = excluded.metadata",
            [(row_id, json.dumps(metadata)) for row_id, metadata, _ in rows],
        )
        cursor.executemany(
            f"insert into {name}_embedding values (%s, %s, %s) on conflict (id) do update"
            " set embedding = excluded.embedding, model = excluded.model",
            [(row_id, str(list(vector)), model) for row_id, _, vector in rows],
        )
        cursor.execute("select note_change(%s)", (f"public.{name}_embedding",))


def fill(connection: Connection, rows: int) -> None:
    """Postings that turn from the first axis to the second, in order, and a candidate on each axis."""
    load(connection, "job_posting", [_posting(number, share=number / rows) for number in range(rows)])
    names = ("ann", "bob", "cho")
    axes = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    candidates = [
        ({"name": name, "email": f"{name}@example.com"}, axis) for name, axis in zip(names, axes, strict=True)
    ]
    load(connection, "candidate", [(metadata["name"], metadata, axis) for metadata, axis in candidates])


def _posting(number: int, *, share: float) -> tuple[str, Any, Sequence[float]]:
    metadata = {
        "title": f"Job {number:03}", "city": CITIES[number % 3], "pay": 1000 + number,
        "skills": ["sql", f"s{number % 5}"],
    }  # fmt: skip
    return f"j{number:03}", metadata, (1 - share, share, 0.001)


async def ask(served: Served, query: str, /, **variables: Any) -> dict[str, Any]:
    """Send a query; its errors, if there are any, are in the answer."""
    answer = await served.viewer.post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def data(served: Served, query: str, /, **variables: Any) -> Any:
    """Send a query that must succeed."""
    answer = await ask(served, query, **variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def refusal(served: Served, query: str, /, **variables: Any) -> str:
    """Send a query that must not, and return what is said."""
    answer = await ask(served, query, **variables)
    assert "errors" in answer, answer
    message: str = answer["errors"][0]["message"]
    return message
