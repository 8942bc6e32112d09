"""What is shipped in ``definitions/library``: tables, content, prompts and definitions that fit each other."""

import re
from importlib.resources import files
from itertools import product
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from definitions.files import parse_documents
from definitions.validation import check
from engine.cli.demo_library import shipped
from runners.registry import Registry
from tests.harness import Harness
from tests.questions import TABLES, install

CONTENT = ("subject", "question_type", "keyword", "passage_set", "example_question")
DEFINITIONS = ("demo_questions", "question_generation", "explanation", "embedding_ingest")
HANGUL = re.compile("[가-힣]")


@pytest.fixture
def stocked(connection: psycopg.Connection) -> psycopg.Connection:
    for name in TABLES:
        connection.execute(shipped(name))
    return connection


def counts(connection: psycopg.Connection) -> dict[str, int]:
    counted = " union all ".join(f"select '{table}', count(*) from {table}" for table in CONTENT)
    return dict(connection.execute(counted).fetchall())


def test_the_sample_content_is_enough_to_try_everything(stocked: psycopg.Connection) -> None:
    found = counts(stocked)
    assert (found["subject"], found["question_type"]) == (4, 7)
    assert (found["keyword"], found["passage_set"], found["example_question"]) == (120, 8, 40)


def test_installing_twice_changes_nothing(stocked: psycopg.Connection) -> None:
    before = counts(stocked)
    stocked.execute("update subject set name_en = 'Edited' where code = 'biology'")
    for name in TABLES:
        stocked.execute(shipped(name))
    assert counts(stocked) == before
    assert stocked.execute("select name_en from subject where code = 'biology'").fetchone() == ("Edited",)


def test_every_subject_has_keywords_and_examples_in_both_languages(stocked: psycopg.Connection) -> None:
    for table in ("keyword", "example_question"):
        rows = stocked.execute(f"select distinct subject, language from {table}").fetchall()
        assert set(rows) == set(product([subject for subject, _ in rows], ["ko", "en"]))


def test_every_type_has_an_example_in_both_languages(stocked: psycopg.Connection) -> None:
    rows = stocked.execute(
        "select code from question_type cross join unnest(array['ko', 'en']) as wanted (language)"
        " where not exists (select from example_question as e where e.question_type = code and e.language = wanted.language)"
    ).fetchall()
    assert rows == []


def test_an_example_has_choices_and_a_passage_exactly_where_its_type_says_so(stocked: psycopg.Connection) -> None:
    rows = stocked.execute(
        "select question from example_question join question_type on code = question_type"
        " where has_choices <> (choices <> '{}') or needs_passage <> (passage_set_id is not null)"
    ).fetchall()
    assert rows == []


def test_korean_content_is_korean_and_english_content_is_english(stocked: psycopg.Connection) -> None:
    texts = stocked.execute(
        "select language, array_to_string(paragraphs, ' ') from passage_set"
        " union all select language, question || array_to_string(choices, ' ') from example_question"
        " union all select 'ko', name_ko || guidance_ko from question_type"
        " union all select 'en', name_en || guidance_en from question_type"
    ).fetchall()
    assert [text for language, text in texts if bool(HANGUL.search(text)) != (language == "ko")] == []


def test_every_passage_has_paragraphs_and_a_keyword_that_it_mentions(stocked: psycopg.Connection) -> None:
    rows = stocked.execute("select cardinality(paragraphs) from passage_set").fetchall()
    assert all(2 <= count <= 3 for (count,) in rows)
    mentioned = stocked.execute("select count(distinct passage_set_id) from keyword_passage").fetchone()
    assert mentioned == (len(rows),)


def test_the_first_keywords_are_of_all_subjects(stocked: psycopg.Connection) -> None:
    rows = stocked.execute("select subject, language from keyword order by id limit 8").fetchall()
    assert len(set(rows)) == 8


def test_an_answer_that_is_no_choice_is_refused_by_the_table(stocked: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="answer_is_a_choice"):
        stocked.execute(
            "insert into example_question (subject, question_type, language, question, choices, answer)"
            " values ('biology', 'cloze', 'en', 'Cells ____.', '{a,b,c,d}', 'e')"
        )


def test_analysts_sql_can_read_the_tables(stocked: psycopg.Connection, test_reader_url: str) -> None:
    with psycopg.connect(make_conninfo(test_reader_url)) as reader:
        for table in (*CONTENT, "question", "keyword_usage", "keyword_passage"):
            reader.execute(f"select * from {table} limit 1")


def test_everything_has_a_comment_for_analysts(stocked: psycopg.Connection) -> None:
    names = [*CONTENT, "question", "keyword_usage", "keyword_passage"]
    rows = stocked.execute(
        "select relname from pg_class where relname = any (%s) and obj_description(oid, 'pg_class') is null", [names]
    ).fetchall()
    assert rows == []


def test_the_tables_can_live_in_another_schema(database_url: str, connection: psycopg.Connection) -> None:
    connection.execute("create schema quiz")
    connection.execute("set search_path = quiz, public")
    for name in TABLES:
        connection.execute(shipped(name))
    rows = connection.execute("select count(*) from quiz.keyword_usage").fetchone()
    assert rows == (120,)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_shipped_definition_is_valid_and_says_what_each_step_does(name: str) -> None:
    (row,) = parse_documents(shipped(f"{name}.yaml"), source=name)
    assert check(row, runners=Registry.load().schemas()) == []
    steps: list[dict[str, Any]] = row["steps"]
    assert all(step.get("description") for step in [row, *steps])


def test_every_shipped_yaml_and_sql_is_known_here() -> None:
    names = {entry.name for entry in (files("definitions") / "library").iterdir()}
    yaml = {f"{name}.yaml" for name in (*DEFINITIONS, "prompts")}
    assert {name for name in names if name.endswith((".yaml", ".sql"))} == yaml | set(TABLES)


async def test_the_definitions_that_ask_a_model_have_a_budget(idle: Harness) -> None:
    await install(idle)
    rows = await idle.rows("select name from batch_definition where budget_usd > 0 order by name")
    assert rows == [("explanation",), ("question_generation",)]


async def test_installing_again_makes_no_new_versions(idle: Harness) -> None:
    await install(idle)
    await install(idle)
    rows = await idle.rows("select version from batch_definition union all select version from prompt_template")
    assert rows == [(1,)] * 4
