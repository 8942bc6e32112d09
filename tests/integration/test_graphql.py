"""The reading API over HTTP: pages, filters, search, recommendations, and what the engine does."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from tests.collections import add, data, fill, make_collections, refusal
from tests.harness import Harness, step
from tests.serving import Served, served_on

Connection = psycopg.Connection[tuple[Any, ...]]

PAGE = """
query ($where: [Condition!], $order: OrderBy, $first: Int!, $after: String) {
  rows(collection: "job_posting", where: $where, orderBy: $order, first: $first, after: $after) {
    nodes { id metadata } pageInfo { hasNextPage endCursor }
  }
}
"""
SEARCH = """
query ($collection: String = "job_posting", $by: SearchBy!, $options: SearchOptions) {
  search(collection: $collection, by: $by, options: $options) { distance similarity row { id metadata } }
}
"""


@pytest.fixture
async def served(idle: Harness, connection: Connection) -> AsyncIterator[Served]:
    make_collections(connection)
    fill(connection, 30)
    async with served_on(idle) as running:
        yield running


async def ids(served: Served, **variables: Any) -> list[str]:
    page = (await data(served, PAGE, **({"first": 200} | variables)))["rows"]
    return [row["id"] for row in page["nodes"]]


def edited(served: Served) -> None:
    """An edit of what is served counts within a second: this is the second."""
    served.app.state.graphql.reading.catalogue._until = float("-inf")


def where(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


# --- rows -------------------------------------------------------------------------------------------------------------


async def test_the_collections_say_what_they_hold(served: Served) -> None:
    found = await data(served, "{ collections { name type dimensions exposed } }")
    assert found["collections"] == [
        {"name": "candidate", "type": "vector", "dimensions": 3, "exposed": None},
        {"name": "job_posting", "type": "vector", "dimensions": 3, "exposed": None},
    ]


@pytest.mark.parametrize(
    "order", [None, {"field": "pay"}, {"field": "pay", "descending": True}, {"field": "city"}, {"field": "absent"}]
)
async def test_pages_follow_each_other_without_a_gap_or_a_repetition(
    served: Served, order: dict[str, Any] | None
) -> None:
    seen: list[str] = []
    after = None
    for _ in range(5):
        page = (await data(served, PAGE, first=7, after=after, order=order))["rows"]
        seen += [row["id"] for row in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] == (after is not None)
    assert after is None
    assert sorted(seen) == [f"j{number:03}" for number in range(30)]
    if order and order["field"] == "pay":
        assert seen == sorted(seen, reverse=order.get("descending", False))


async def test_every_filter_selects_what_it_says(served: Served) -> None:
    every = {f"j{number:03}": number for number in range(30)}
    cases = [
        (where("city", "EQ", "Seoul"), lambda number: number % 3 == 0),
        (where("city", "NE", "Seoul"), lambda number: number % 3 != 0),
        (where("city", "IN", ["Seoul", "Busan"]), lambda number: number % 3 != 2),
        (where("pay", "LT", 1010), lambda number: number < 10),
        (where("pay", "LTE", 1010), lambda number: number <= 10),
        (where("pay", "GT", 1010.5), lambda number: number > 10),
        (where("pay", "GTE", 1010), lambda number: number >= 10),
        (where("pay", "GT", "1010"), lambda number: False),
        (where("skills", "HAS", "s3"), lambda number: number % 5 == 3),
        (where("title", "CONTAINS", "JOB 01"), lambda number: 10 <= number < 20),
        (where("title", "CONTAINS", "%"), lambda number: False),
        (where("absent", "EXISTS", True), lambda number: False),
        (where("city", "EXISTS", True), lambda number: True),
    ]
    for condition, expected in cases:
        assert await ids(served, where=[condition]) == [name for name, n in every.items() if expected(n)], condition
    both = [where("city", "EQ", "Seoul"), where("pay", "LT", 1010)]
    assert await ids(served, where=both) == ["j000", "j003", "j006", "j009"]


async def test_a_path_leads_into_the_metadata(served: Served, connection: Connection) -> None:
    add(connection, "job_posting", "deep", {"address": {"city": "Jeju"}}, (1, 1, 1))
    assert await ids(served, where=[where("address.city", "EQ", "Jeju")]) == ["deep"]
    assert (await ids(served, order={"field": "address.city", "descending": True}))[0] == "deep"


async def test_only_what_is_exposed_is_shown_filtered_and_sorted_by(served: Served, connection: Connection) -> None:
    connection.execute("update embedding_collection set exposed = '{name}' where name = 'candidate'")
    query = '{ rows(collection: "candidate"%s) { nodes { metadata } } }'
    edited(served)
    found = await data(served, query % "")
    assert found["rows"]["nodes"][0]["metadata"] == {"name": "ann"}
    said = await refusal(served, query % ', where: [{field: "email", value: "x"}]')
    assert said == "field: candidate exposes no 'email'; it exposes: name"
    assert "exposes no 'email'" in await refusal(served, query % ', orderBy: {field: "email"}')
    matches = await data(served, SEARCH, collection="candidate", by={"vector": [1, 0, 0]})
    assert all(set(match["row"]["metadata"]) == {"name"} for match in matches["search"])


async def test_a_table_without_a_metadata_column_shows_its_columns(served: Served, connection: Connection) -> None:
    connection.execute("create table city (code text primary key, name text, people integer)")
    connection.execute("insert into city values ('se', 'Seoul', 9), ('bu', 'Busan', 3)")
    connection.execute("create table city_embedding (id text primary key, embedding vector(2), model text)")
    connection.execute("insert into city_embedding values ('se', '[1,0]', 'm'), ('bu', '[0,1]', 'm')")
    connection.execute(
        "insert into embedding_collection (name, rows_table, rows_key, embeddings_table)"
        " values ('city', 'public.city', 'code', 'public.city_embedding')"
    )
    edited(served)
    query = '{ rows(collection: "city", where: [{field: "people", op: GT, value: 5}]) { nodes { id metadata } } }'
    assert (await data(served, query))["rows"]["nodes"] == [{"id": "se", "metadata": {"name": "Seoul", "people": 9}}]
    matches = await data(served, SEARCH, collection="city", by={"vector": [0, 2]})
    assert [match["row"]["id"] for match in matches["search"]] == ["bu", "se"]


async def test_a_row_and_the_fields_of_it_that_are_wanted(served: Served) -> None:
    found = await data(
        served,
        '{ row(collection: "job_posting", id: "j003") { id collection metadata(fields: ["pay", "no"]) }'
        '  none: row(collection: "job_posting", id: "nobody") { id } }',
    )
    assert found == {"row": {"id": "j003", "collection": "job_posting", "metadata": {"pay": 1003}}, "none": None}


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("distance", "operator"), [("COSINE", "<=>"), ("L2", "<->")])
async def test_a_search_finds_what_the_operator_finds(
    served: Served, connection: Connection, distance: str, operator: str
) -> None:
    vector = [0.3, 0.7, 0.1]
    options = {"first": 12, "distance": distance}
    found = (await data(served, SEARCH, by={"vector": vector}, options=options))["search"]
    expected = connection.execute(
        f"select id, embedding {operator} %s::vector from job_posting_embedding order by 2, 1 limit 12", (str(vector),)
    ).fetchall()
    assert [match["row"]["id"] for match in found] == [name for name, _ in expected]
    for match, (_, far) in zip(found, expected, strict=True):
        assert match["distance"] == pytest.approx(far)
        assert match["similarity"] == (pytest.approx(1 - far) if distance == "COSINE" else None)


async def test_a_search_by_a_row_leaves_that_row_out(served: Served) -> None:
    found = (await data(served, SEARCH, by={"id": "j010"}, options={"first": 2}))["search"]
    assert {match["row"]["id"] for match in found} == {"j009", "j011"}
    assert await refusal(served, SEARCH, by={"id": "nobody"}) == "there is no row 'nobody' in job_posting"


async def test_a_distance_bounds_what_is_found(served: Served) -> None:
    options = {"first": 50, "mostDistance": 0.01}
    found = (await data(served, SEARCH, by={"vector": [1, 0, 0]}, options=options))["search"]
    assert 1 < len(found) < 10
    assert all(match["distance"] <= 0.01 for match in found)


async def test_a_filter_that_few_rows_pass_is_exact_whatever_the_index_gives(
    served: Served, connection: Connection
) -> None:
    connection.execute("create index on job_posting_embedding using hnsw (embedding vector_cosine_ops)")
    options = {"first": 3, "where": [where("title", "EQ", "Job 029")], "efSearch": 1, "iterative": "OFF"}
    found = (await data(served, SEARCH, by={"vector": [1, 0, 0]}, options=options))["search"]
    assert [match["row"]["id"] for match in found] == ["j029"]


async def test_recommendations_for_a_candidate_are_the_nearest_postings(served: Served) -> None:
    found = await data(
        served,
        '{ row(collection: "candidate", id: "ann") { recommendations(collection: "job_posting", options: {first: 3})'
        " { row { id } similarity } } }",
    )
    matches = found["row"]["recommendations"]
    assert [match["row"]["id"] for match in matches] == ["j000", "j001", "j002"]
    assert matches[0]["similarity"] == pytest.approx(1, abs=0.001)


async def test_vectors_of_different_models_are_not_compared(served: Served, connection: Connection) -> None:
    add(connection, "candidate", "dan", {}, (1, 0, 0), model="another")
    said = await refusal(
        served,
        '{ row(collection: "candidate", id: "dan") { recommendations(collection: "job_posting") { distance } } }',
    )
    assert said == (
        "candidate was embedded by 'another' and job_posting by 'hashing': their vectors cannot be compared"
    )


async def test_a_row_without_a_direction_is_not_found(served: Served, connection: Connection) -> None:
    add(connection, "job_posting", "zero", {}, (0, 0, 0))
    found = (await data(served, SEARCH, by={"vector": [1, 0, 0]}, options={"first": 200}))["search"]
    assert len(found) == 30


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ({"vector": [1, 0]}, "vector: 2 dimensions; those of job_posting have 3"),
        ({"vector": [0, 0, 0]}, "vector: every number must be finite, and one of them not zero"),
        ({"text": "sql"}, "texts cannot be searched for here"),
        ({"text": " "}, "text: 1 characters"),
    ],
)
async def test_what_cannot_be_searched_for_is_refused_in_words(served: Served, by: dict[str, Any], said: str) -> None:
    assert (await refusal(served, SEARCH, by=by)).startswith(said)


async def test_a_search_is_by_exactly_one_thing(served: Served) -> None:
    assert "exactly one" in (await refusal(served, SEARCH, by={"vector": [1, 0, 0], "id": "j001"})).lower()


async def test_a_collection_that_is_not_there_is_named_with_those_that_are(served: Served) -> None:
    said = await refusal(served, '{ rows(collection: "job_postin") { nodes { id } } }')
    assert said == (
        "there is no collection 'job_postin' (did you mean \"job_posting\"?); there are: candidate, job_posting"
    )


async def test_a_collection_whose_table_is_not_there_yet_says_so(served: Served, connection: Connection) -> None:
    connection.execute("insert into embedding_collection (name, rows_table, embeddings_table) values ('x', 'x', 'xe')")
    edited(served)
    assert "has no embeddings yet" in await refusal(served, '{ rows(collection: "x") { nodes { id } } }')
    assert len((await data(served, "{ collections { name } }"))["collections"]) == 2


@pytest.mark.parametrize("kind", ["halfvec", "vector"])
async def test_both_kinds_of_vectors_are_searched(idle: Harness, connection: Connection, kind: str) -> None:
    make_collections(connection, kind=kind)
    fill(connection, 5)
    async with served_on(idle) as served:
        found = (await data(served, SEARCH, by={"vector": [1, 0, 0]}, options={"first": 1}))["search"]
        assert found[0]["row"]["id"] == "j000"


# --- the cache --------------------------------------------------------------------------------------------------------


async def test_the_same_question_is_answered_from_the_cache_until_something_changes(
    served: Served, connection: Connection, statements: list[str]
) -> None:
    query = {"by": {"vector": [1, 0, 0]}, "options": {"first": 1}}
    await data(served, SEARCH, **query)
    del statements[:]
    before = (await data(served, SEARCH, **query))["search"]
    assert not [one for one in statements if "<=>" in one]
    add(connection, "job_posting", "best", {}, (1, 0, 0))
    reader = served.app.state.graphql.reader
    ((generation,),) = connection.execute(
        "select generation from embedding_generation where collection = 'job_posting_embedding'"
    ).fetchall()
    await reader.forget("job_posting_embedding", generation, frozenset())
    after = (await data(served, SEARCH, **query))["search"]
    assert (before[0]["row"]["id"], after[0]["row"]["id"]) == ("j000", "best")


# --- what the engine does ---------------------------------------------------------------------------------------------


async def test_definitions_instances_steps_and_results(served: Served) -> None:
    await served.harness.define(step("a", "b", params={"result": {"n": 1}}), step("b"), name="pipeline")
    async with served.harness.engine.working():
        ended = await served.harness.engine.run("pipeline")
    found = await data(
        served,
        '{ definition(name: "pipeline") { name version steps instances(first: 1) { id status progress'
        ' steps { key state results { attempt error } } results(step: "a") { stepKey payload }'
        " definition { name } } } }",
    )
    definition = found["definition"]
    assert (definition["name"], definition["version"], len(definition["steps"])) == ("pipeline", 1, 2)
    (instance,) = definition["instances"]
    assert (instance["id"], instance["status"], instance["progress"]) == (str(ended.instance_id), "succeeded", 100.0)
    assert [(one["key"], one["state"]) for one in instance["steps"]] == [("a", "succeeded"), ("b", "succeeded")]
    assert [one["stepKey"] for one in instance["results"]] == ["a"]
    assert instance["definition"]["name"] == "pipeline"
    alone = await data(served, "query ($id: ID!) { instance(id: $id) { definitionName error } }", id=instance["id"])
    assert alone["instance"] == {"definitionName": "pipeline", "error": None}


async def test_definitions_and_instances_come_in_pages(served: Served) -> None:
    for number in range(5):
        await served.harness.define(step("a"), name=f"p{number}")
        await served.harness.engine.start(f"p{number}")
    for field, read in (("definitions", "name"), ("instances", "definitionName")):
        seen, after = [], None
        for _ in range(3):
            query = f"query ($after: String) {{ {field}(first: 2, after: $after) {{ nodes {{ {read} }}"
            page = (await data(served, query + " pageInfo { endCursor hasNextPage } } }", after=after))[field]
            seen += [node[read] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
        assert sorted(seen) == [f"p{number}" for number in range(5)], field
        assert after is None


async def test_what_is_below_many_takes_as_many_statements_as_what_is_below_one(
    served: Served, statements: list[str]
) -> None:
    for number in range(20):
        await served.harness.define(step("a", "b"), step("b"), name=f"p{number:02}")
        await served.harness.engine.start(f"p{number:02}")
    query = """query ($first: Int!) { definitions(first: $first) { nodes { name instances(first: 3) {
        id steps(first: 5) { key results(first: 2) { attempt } } definition { version } } } } }"""
    counts = []
    for first in (1, 20):
        del statements[:]
        found = await data(served, query, first=first)
        assert len(found["definitions"]["nodes"]) == first
        counts.append(len([one for one in statements if "select" in one.lower()]))
    assert counts[0] == counts[1] <= 10, statements


async def test_recommendations_for_many_rows_are_one_search(served: Served, statements: list[str]) -> None:
    query = """query { rows(collection: "job_posting", first: 20) { nodes { id
        recommendations(collection: "candidate", options: {first: 1}) { row { id metadata } } } } }"""
    found = await data(served, query)
    assert all(len(node["recommendations"]) == 1 for node in found["rows"]["nodes"])
    assert len([one for one in statements if "<=>" in one]) == 1


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that is sent from now on."""
    sent: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noting(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(query if isinstance(query, str) else query.as_string(None))
        return await execute(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", noting)
    return sent


async def test_a_query_that_is_asked_for_by_name_is_the_one_that_is_answered(served: Served) -> None:
    query = "query a { collections { name } } query b { collections { type } }"
    answer = await served.viewer.post("/graphql", json={"query": query, "operationName": "b"})
    assert answer.json()["data"]["collections"][0] == {"type": "vector"}
