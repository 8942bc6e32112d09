"""The demo: the main job from nothing, a bad edit that the database refuses, a good one that changes the next run.

Then questions from a language model; they are a module of their own.
"""

from pathlib import Path

import psycopg

from definitions.files import parse_documents
from engine.app import Engine, open_engine
from engine.cli.console import out, print_table
from engine.cli.demo_library import shipped
from engine.cli.demo_questions import demonstrate_questions
from engine.cli.live import watch
from engine.settings import Settings

_TYPO = """\
update batch_definition
set steps = jsonb_set(steps, '{0,nextSteps,0}', '"proces"')
where name = 'demo_questions'"""
_EDIT = """\
update batch_definition
set steps = jsonb_set(steps, '{1,params,sql}', to_jsonb(replace(steps #>> '{1,params,sql}',
    'from items', E'from items\\nwhere question like ''%share%''')))
where name = 'demo_questions'"""


async def demonstrate() -> bool:
    """Run the demo; say whether everything went as it should."""
    settings = Settings()
    folder = settings.home.absolute() / "demo"
    _write_questions(folder)
    async with open_engine(settings.model_copy(update={"data_root": folder})) as engine, engine.working():
        await _empty(engine)
        out.rule("1. a definition is a row: apply the shipped one and run it")
        await engine.apply(parse_documents(shipped("demo_questions.yaml"), source="demo_questions.yaml"))
        first = await _run(engine)
        out.rule("2. a bad edit is refused by the database, from any SQL client")
        refused = await _sql(engine, _TYPO)
        out.rule("3. a good edit is a new version, effective for the next run")
        edited = not await _sql(engine, _EDIT)
        second = await _run(engine)
        await _show_versions(engine)
        generated = await demonstrate_questions(engine)
    _say_what_next(settings)
    return first and refused and edited and second and generated


def _write_questions(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "questions.jsonl").write_text(shipped("questions.jsonl"), "utf-8")


async def _empty(engine: Engine) -> None:
    async with engine.database.transaction() as connection:
        await connection.execute("drop table if exists demo_questions")


async def _run(engine: Engine) -> bool:
    ended = await watch(engine, await engine.start("demo_questions"))
    async with engine.database.transaction() as connection:
        cursor = await connection.execute("select count(*) from demo_questions")
        count = (await cursor.fetchone() or (0,))[0]
        cursor = await connection.execute("select question, answer from demo_questions order by id limit 3")
        rows = [{"question": question, "answer": answer} for question, answer in await cursor.fetchall()]
    print_table(rows, columns={"question": "QUESTION", "answer": "ANSWER"}, empty="no rows")
    out.print(f"{count} rows in the table demo_questions\n")
    return ended.is_success and count > 0


async def _sql(engine: Engine, statement: str) -> bool:
    """Run an analyst's statement as psql would; say whether the database refused it."""
    out.print(statement, style="cyan", markup=False)
    try:
        async with engine.database.transaction() as connection:
            await connection.execute(statement)
    except psycopg.Error as error:
        out.print(f"ERROR {error.sqlstate}: {error.diag.message_primary}", style="red", markup=False)
        out.print(f"HINT: {error.diag.message_hint}\n", markup=False)
        return True
    out.print("UPDATE 1\n")
    return False


async def _show_versions(engine: Engine) -> None:
    async with engine.database.transaction() as connection:
        cursor = await connection.execute(
            "select instance.id, instance.version, result.result_payload -> 'loaded' as loaded"
            " from batch_instance as instance join batch_definition as definition on definition.id = definition_id"
            " left join batch_step_result as result on batch_instance_id = instance.id and step_key = 'load'"
            " where name = 'demo_questions' order by instance.id desc limit 2"
        )
        rows = [{"id": row[0], "version": row[1], "loaded": row[2]} for row in await cursor.fetchall()]
    print_table(rows[::-1], columns={"id": "INSTANCE", "version": "VERSION", "loaded": "LOADED"}, empty="")


def _say_what_next(settings: Settings) -> None:
    where = "the configured database" if settings.database_url else f"{settings.home}/postgres"
    out.print(f"\nEverything is in {where}. Go on with:")
    for command, what in (
        ("batchdag psql", "look around: select * from batch_instance_overview;"),
        ("batchdag export demo_questions", "the definition as YAML; edit it and `batchdag apply` it"),
        ("batchdag preview demo_questions", "its graph"),
        ("batchdag instances", "what has run"),
        ("batchdag prompt show explanation", "a prompt; edit it with `batchdag prompt set`"),
    ):
        out.print(f"  {command:<33} {what}", markup=False, soft_wrap=True)
