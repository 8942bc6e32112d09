"""The demo's second half: questions written by a language model, and explained. Nothing is paid for.

Decides what is installed and what is shown. The definitions, prompts and tables are those that are shipped.
"""

from collections.abc import Mapping, Sequence
from typing import LiteralString

from definitions.files import parse_documents
from engine.app import Engine
from engine.cli.console import out, print_table
from engine.cli.demo_library import shipped
from engine.cli.live import watch
from engine.prompt_files import parse_prompts
from engine.prompts import Prompts
from engine.waiting import Ended
from runners.base import Json

_COUNT = 12
_TABLES = ("questions_schema.sql", "questions_sample.sql", "questions_examples.sql")
_DEFINITIONS = ("question_generation", "explanation")

_WRITTEN: LiteralString = """
select keyword.word || E'\\n' || question_type.name_en as keyword,
       left(question.question, 80) || case
           when question.choices = '{}' then ''
           else E'\\n' || array_to_string(question.choices, ' / ')
       end as question,
       question.answer,
       question.explanation_status as explanation
from question
join keyword on keyword.id = question.keyword_id
join question_type on question_type.code = question.question_type
where question.source_instance_id = %s
order by question.keyword_id
limit 5
"""
_SPENT: LiteralString = """
select step_key as step, mode, requests, input_tokens + output_tokens as tokens, model, is_simulated,
       round(spent_usd, 6) as spent_usd
from batch_spend
where batch_instance_id = any (%s)
order by batch_instance_id
"""
_REAL: LiteralString = "select id from question where not is_simulated and explanation_status = 'pending' limit 1"
_ALL: LiteralString = """
select count(*) as questions,
       count(distinct keyword_id) as keywords,
       count(*) filter (where explanation_status = 'completed') as explained
from question
"""


async def demonstrate_questions(engine: Engine) -> bool:
    """Install the shipped definitions, run both and show what came of it; say whether everything went as it should."""
    out.rule("4. questions written by a language model, which is simulated here")
    await _install(engine)
    if await _rows(engine, _REAL):
        out.print(
            "the table question has questions of a real model that wait for an explanation, which would be made up"
        )
        out.print("here: run the definition explanation with a real provider first, or the demo on another database")
        return False
    written = await _run(engine, "question_generation", {"count": _COUNT, "poll_seconds": 0.5})
    if not written.is_success:
        return False
    out.rule("5. the questions are explained, three at a time")
    explained = await _run(engine, "explanation", {})
    await _show_questions(engine, written)
    cost = await _show_cost(engine, [written, explained])
    return explained.is_success and cost > 0


async def _install(engine: Engine) -> None:
    async with engine.database.transaction() as connection:
        for name in _TABLES:
            await connection.execute(shipped(name))
    await Prompts(engine.database).apply(parse_prompts(shipped("prompts.yaml"), source="prompts.yaml"))
    for name in _DEFINITIONS:
        await engine.apply(parse_documents(shipped(f"{name}.yaml"), source=f"{name}.yaml"))


async def _run(engine: Engine, name: str, params: Mapping[str, Json]) -> Ended:
    return await watch(engine, await engine.start(name, params=params))


async def _show_questions(engine: Engine, written: Ended) -> None:
    rows = await _rows(engine, _WRITTEN, written.instance_id)
    columns = {"keyword": "KEYWORD", "question": "QUESTION", "answer": "ANSWER", "explanation": "EXPLANATION"}
    print_table(rows, columns=columns, empty="no questions")
    (now,) = await _rows(engine, _ALL)
    out.print("\n{questions} rows in question, on {keywords} keywords; {explained} are explained".format(**now))
    out.print("their text is made of words from the prompts: a model would write sense\n")


async def _show_cost(engine: Engine, ended: Sequence[Ended]) -> float:
    """Show what the model would have cost, and return it."""
    rows = await _rows(engine, _SPENT, [one.instance_id for one in ended])
    columns = {
        "step": "STEP", "mode": "MODE", "requests": "REQUESTS", "tokens": "TOKENS", "is_simulated": "SIMULATED",
        "spent_usd": "COST $",
    }  # fmt: skip
    print_table(rows, columns=columns, empty="nothing was asked")
    total = sum(float(row["spent_usd"]) for row in rows)
    models = ", ".join(sorted({row["model"] for row in rows}))
    out.print(f"\nnothing was paid; the real {models} would have cost about ${total:.4f}", style="bold")
    return total


async def _rows(engine: Engine, query: LiteralString, *binds: Json) -> list[dict[str, Json]]:
    async with engine.database.transaction() as connection:
        cursor = await connection.execute(query, binds)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
