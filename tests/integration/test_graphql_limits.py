"""What the reading API refuses: strangers, queries that are too much, values that try to be SQL. Errors say no more."""

import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import psycopg
import pytest
from graphql import get_introspection_query

from services.graphql.cursors import cursor_of
from tests.collections import ask, data, fill, make_collections, refusal
from tests.harness import Harness, step
from tests.serving import Served, served_on

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
async def served(idle: Harness, connection: Connection) -> AsyncIterator[Served]:
    make_collections(connection)
    fill(connection, 10)
    async with served_on(idle) as running:
        yield running


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer bd_1_x"}, {"Authorization": "Basic eDp5"}])
async def test_without_a_token_nothing_is_answered_not_even_about_the_schema(
    served: Served, headers: dict[str, str]
) -> None:
    async with httpx2.AsyncClient(base_url=served.url, headers=headers, timeout=30) as stranger:
        for query in ("{ __typename }", "{ __schema { types { name } } }", "{ nonsense }", "{"):
            assert (await stranger.post("/graphql", json={"query": query})).status_code == 401
        assert (await stranger.get("/graphql", params={"query": "{ __typename }"})).status_code == 401


async def test_a_page_of_another_site_is_refused(served: Served) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        answer = await served.viewer.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
        assert answer.status_code in (403, 421)


async def test_a_viewer_may_ask_about_the_schema(served: Served) -> None:
    found = await data(served, get_introspection_query())
    assert {"Collection", "Match", "Row", "Instance"} <= {one["name"] for one in found["__schema"]["types"]}


async def test_queries_come_by_post_one_at_a_time_and_over_no_socket(served: Served) -> None:
    assert (await served.viewer.get("/graphql", params={"query": "{ __typename }"})).status_code == 405
    batch = [{"query": "{ __typename }"}] * 2
    assert (await served.viewer.post("/graphql", json=batch)).status_code == 422
    form = {"query": "{ __typename }"}
    assert (await served.viewer.post("/graphql", data=form)).status_code == 422
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "graphql-ws"}  # fmt: skip
    assert (await served.viewer.get("/graphql", headers=headers)).status_code in (403, 404, 405)


# --- how much ---------------------------------------------------------------------------------------------------------


async def test_a_deep_query_is_refused(served: Served) -> None:
    deep = 'query { definition(name: "p") ' + "{ instances { definition " * 5 + "{ name }" + " } }" * 5 + " }"
    assert await refusal(served, deep) == "the query has more than 10 levels; split it"


async def test_a_query_of_many_aliases_is_refused(served: Served) -> None:
    many = "{" + " ".join(f"a{number}: __typename" for number in range(21)) + "}"
    assert await refusal(served, many) == "the query has more than 20 aliases; split it"


async def test_a_query_of_many_tokens_is_refused(served: Served) -> None:
    assert "1000 tokens" in await refusal(served, "{" + "__typename " * 1_000 + "}")
    nested = "[" * 400 + "]" * 400
    query = f'{{ rows(collection: "job_posting", where: [{{field: "a", value: {nested}}}]) {{ nodes {{ id }} }} }}'
    assert await refusal(served, query)


async def test_fragments_that_double_with_every_level_are_refused_at_once(served: Served) -> None:
    levels = 60
    bomb = "{ ...f0 ...f0 }" + "".join(
        f" fragment f{number} on Query {{ ...f{number + 1} ...f{number + 1} }}" for number in range(levels)
    )
    bomb += f" fragment f{levels} on Query {{ __typename }}"
    began = time.monotonic()
    assert "fragments counted wherever they are used" in await refusal(served, bomb)
    assert time.monotonic() - began < 5


async def test_fragments_in_a_circle_are_refused(served: Served) -> None:
    circle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"
    assert "itself" in await refusal(served, circle)


@pytest.mark.parametrize("first", [0, -1, 201, 2_000_000_000])
async def test_a_list_has_at_most_two_hundred(served: Served, first: int) -> None:
    for query in (
        'rows(collection: "job_posting", first: $first) { nodes { id } }',
        'search(collection: "job_posting", by: {vector: [1, 0, 0]}, options: {first: $first}) { distance }',
        "definitions(first: $first) { nodes { name } }",
        "instances(first: $first) { nodes { id } }",
    ):
        said = await refusal(served, f"query ($first: Int!) {{ {query} }}", first=first)
        assert said == f"first: {first}; 1 to 200 rows can be asked for at once"


async def test_lists_within_lists_are_counted_together_before_they_are_read(served: Served) -> None:
    for number in range(60):
        await served.harness.define(step("a"), name=f"p{number:02}")
    query = "{ definitions(first: 200) { nodes { instances(first: 200) { id } } } }"
    assert "more than 10,000 rows in all" in await refusal(served, query)


async def test_a_query_that_takes_too_long_is_stopped(
    idle: Harness, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCHDAG_GRAPHQL_STATEMENT_SECONDS", "0.2")
    make_collections(connection)
    fill(connection, 3)
    connection.execute("alter table job_posting rename to job_posting_table")
    connection.execute(
        "create view job_posting as select id, metadata from job_posting_table, lateral (select pg_sleep(5)) as slow"
    )
    async with served_on(idle) as served:
        said = await refusal(served, '{ rows(collection: "job_posting") { nodes { id } } }')
    assert said.startswith("the query took too long")


# --- values that try to be SQL ----------------------------------------------------------------------------------------

ATTACKS = [
    "'; drop table job_posting; --", '"; drop table job_posting; --', "') or true --", "%(limit)s", "%s", "{}",
    "\\'; select pg_sleep(9); --", "metadata->>'x'", "a'::jsonb) or ('1'='1", "\x00", "\ud800", "ｓｅｌｅｃｔ", "$1",
]  # fmt: skip


async def test_what_tries_to_be_sql_is_a_value_or_is_refused(served: Served, connection: Connection) -> None:
    for attack in ATTACKS:
        await _attack(served, attack)
    assert connection.execute("select count(*) from job_posting").fetchone() == (10,)


async def _attack(served: Served, attack: str) -> None:
    rows = 'query ($w: [Condition!], $o: OrderBy, $a: String) { rows(collection: "job_posting", where: $w, orderBy: $o, after: $a) { nodes { id } } }'
    questions: list[tuple[str, dict[str, Any]]] = [
        (rows, {"w": [{"field": attack, "op": op, "value": attack}]}) for op in ("EQ", "LT", "CONTAINS", "HAS")
    ]
    questions += [
        (rows, {"w": [{"field": "city", "op": "IN", "value": [attack]}]}),
        (rows, {"o": {"field": attack}}),
        (rows, {"a": attack}),
        (rows, {"a": cursor_of(attack)}),
        ("query ($a: String!) { rows(collection: $a) { nodes { id } } }", {"a": attack}),
        ('query ($a: String!) { row(collection: "job_posting", id: $a) { id } }', {"a": attack}),
        ('query ($a: String!) { search(collection: "job_posting", by: {id: $a}) { distance } }', {"a": attack}),
        ("query ($a: String!) { definition(name: $a) { name } }", {"a": attack}),
        ("query ($a: String) { instances(status: $a, definition: $a) { nodes { id } } }", {"a": attack}),
        ("query ($a: ID!) { instance(id: $a) { id } }", {"a": attack}),
        ("query ($a: String) { definitions(after: $a) { nodes { name } } }", {"a": cursor_of(attack)}),
    ]
    for query, variables in questions:
        body = json.dumps({"query": query, "variables": variables})
        answer = await served.viewer.post("/graphql", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert "defect" not in str(found.get("errors")), (query, variables, found)
        if "errors" not in found and "where: $w" in query and "w" in variables:
            assert found["data"]["rows"]["nodes"] == [], (variables, found)


async def test_a_name_that_no_table_may_have_is_refused_by_the_database(connection: Connection) -> None:
    for name in ('x"; drop table y; --', "a.b.c", "Upper", "", "a b", "pg_catalog.pg_authid.x"):
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(
                "insert into embedding_collection (name, rows_table, embeddings_table) values ('x', %s, 'y')", (name,)
            )


@pytest.mark.parametrize(
    "where",
    [
        [{"field": "", "value": 1}],
        [{"field": "a..b", "value": 1}],
        [{"field": "a" * 201, "value": 1}],
        [{"field": "a.b.c.d.e.f", "value": 1}],
        [{"field": "a", "op": "IN", "value": 1}],
        [{"field": "a", "op": "IN", "value": list(range(201))}],
        [{"field": "a", "op": "CONTAINS", "value": 1}],
        [{"field": "a", "value": 1}] * 21,
    ],
)
async def test_a_filter_that_is_none_is_refused_in_words(served: Served, where: list[dict[str, Any]]) -> None:
    query = 'query ($w: [Condition!]) { rows(collection: "job_posting", where: $w) { nodes { id } } }'
    said = await refusal(served, query, w=where)
    assert said.startswith(("field: ", "where: "))


async def test_nothing_can_be_changed(served: Served) -> None:
    for query in ("mutation { x }", "subscription { x }"):
        assert (await ask(served, query))["errors"][0]["message"].startswith("only queries are answered here")


# --- what is said -----------------------------------------------------------------------------------------------------


async def test_an_error_of_ours_is_told_as_an_id_that_the_log_has(
    served: Served, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    connection.execute("alter table job_posting rename to secret_internal_name")
    with caplog.at_level(logging.ERROR, logger="batchdag"):
        answer = await ask(served, '{ rows(collection: "job_posting") { nodes { id } } }')
    (error,) = answer["errors"]
    assert "job_posting" not in error["message"]
    assert error["path"] == ["rows"]
    (record,) = [one for one in caplog.records if one.message == "graphql.failed"]
    assert record.error_id in error["message"]  # type: ignore[attr-defined]
    assert "UndefinedTable" in str(record.exc_info)


@pytest.mark.parametrize(
    "body", [b"{", b"[" * 5_000, b'{"query": 1}', b"{}", b"null", b'{"query": "{a}", "variables": []}', b"\xff"]
)
async def test_what_is_no_request_is_refused_as_such(served: Served, body: bytes) -> None:
    answer = await served.viewer.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["{", "{ nonsense }", "{ rows }", "query a { collections }", "#", "{ ...f }", "\x00"])
async def test_what_is_no_query_is_refused_in_words(served: Served, query: str) -> None:
    said = await refusal(served, query)
    assert said
    assert "defect" not in said
