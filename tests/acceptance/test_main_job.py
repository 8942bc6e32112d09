"""The main job on real input: 1,319 questions through collect → process → a branch → load, whatever happens meanwhile."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.embedded import reader_url
from tests.harness import Harness, engine_on, step

QUESTIONS = 1319
SPLIT = """
select md5(question) as id,
       question,
       trim(split_part(answer, '####', 1)) as working,
       nullif(replace(trim(split_part(answer, '####', 2)), ',', ''), '') as answer
from items
"""
TABLE = "create table question (id text primary key, question text not null, working text, answer numeric not null)"


def definition(**load: Any) -> dict[str, Any]:
    loading = {"table": "question", "mode": "upsert", "keys": ["id"], "chunk": 100} | load
    return {
        "name": "pipeline",
        "steps": [
            step("collect", "process", runner="collect", params={"path": "questions.jsonl"}),
            step("process", "load", "empty", runner="process", params={"sql": SPLIT}),
            step("load", runner="load", params=loading, condition="steps.process.items > 0"),
            step("empty", condition="steps.process.items == 0"),
        ],
    }


@pytest.fixture
def folder(tmp_path: Path, gsm8k: Path) -> Path:
    (tmp_path / "questions.jsonl").write_bytes(gsm8k.read_bytes())
    return tmp_path


def answers(gsm8k: Path) -> dict[str, str]:
    lines = [json.loads(line) for line in gsm8k.read_text("utf-8").splitlines()]
    return {line["question"]: line["answer"].split("####")[1].strip().replace(",", "") for line in lines}


def stored(connection: psycopg.Connection) -> dict[str, str]:
    return {q: str(a) for q, a in connection.execute("select question, answer from question").fetchall()}


async def test_all_questions_are_right_after_a_first_and_a_second_run(
    database_url: str, connection: psycopg.Connection, folder: Path, gsm8k: Path
) -> None:
    connection.execute(TABLE)
    async with engine_on(database_url, reader_url(database_url), data_root=folder) as harness, harness.engine.working():
        await harness.engine.apply([definition()])
        for _ in range(2):
            ended = await harness.engine.run("pipeline")
            assert ended.is_success, ended.error
            assert stored(connection) == answers(gsm8k)
            states = await harness.states(ended.instance_id)
            assert (states["load"], states["empty"]) == ("succeeded", "skipped")
    loaded = connection.execute(
        "select result_payload ->> 'inserted', result_payload ->> 'unchanged' from batch_step_result"
        " where step_key = 'load' order by batch_instance_id"
    ).fetchall()
    assert loaded == [(str(QUESTIONS), "0"), ("0", str(QUESTIONS))]


@pytest.mark.parametrize("mode", ["upsert", "insert", "replace"])
async def test_a_run_killed_in_the_middle_of_the_load_is_continued_to_the_same_end(
    database_url: str, connection: psycopg.Connection, folder: Path, gsm8k: Path, mode: str
) -> None:
    connection.execute(TABLE)
    connection.execute(
        "create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.002); return new; end $$"
    )
    connection.execute("create trigger slow before insert on question for each row execute function slow()")
    keys = ["id"] if mode == "upsert" else []
    async with engine_on(database_url, reader_url(database_url), data_root=folder) as harness:
        await harness.engine.apply([definition(mode=mode, keys=keys)])
        instance_id = await harness.engine.start("pipeline")
        await _kill_in_the_middle(harness, database_url, folder)
        connection.execute("drop trigger slow on question")
        async with harness.engine.working():
            ended = await harness.engine.wait(instance_id)
        assert ended.is_success, ended.error
    assert stored(connection) == answers(gsm8k)
    lost = connection.execute("select losses from batch_step where step_key = 'load'").fetchone()
    assert lost == (1,)


async def _kill_in_the_middle(harness: Harness, database_url: str, folder: Path) -> None:
    """Let a worker process run until its load is under way, then kill it as a power cut would."""
    environment = os.environ | {
        "BATCHDAG_DATABASE_URL": database_url,
        "BATCHDAG_READER_URL": reader_url(database_url),
        "BATCHDAG_DATA_ROOT": str(folder),
        "BATCHDAG_LEASE_SECONDS": "2",
    }
    worker = subprocess.Popen(  # noqa: ASYNC220  (it starts at once)
        [sys.executable, "-m", "tests.acceptance.worker"], env=environment
    )
    try:
        query = "select coalesce((progress ->> 'done')::int, 0) from batch_step where step_key = 'load' and state = 'running'"
        while not any(done >= 200 for (done,) in await harness.rows(query)):
            assert worker.poll() is None, "the worker ended before the load was under way"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()


async def test_broken_lines_are_failed_items_refused_rows_are_dead_letters_and_the_sums_agree(
    database_url: str, connection: psycopg.Connection, folder: Path, gsm8k: Path
) -> None:
    connection.execute(TABLE)
    unreadable, unloadable = _break_one_percent(folder / "questions.jsonl")
    async with engine_on(database_url, reader_url(database_url), data_root=folder) as harness, harness.engine.working():
        await harness.engine.apply([definition(tolerate={"percent": 2})])
        ended = await harness.engine.run("pipeline")
        assert ended.is_success, ended.error
    failed = connection.execute("select error from batch_item where state = 'failed' order by seq").fetchall()
    letters = connection.execute("select reason from dead_letter").fetchall()
    rows = connection.execute("select count(*) from question").fetchone()
    assert len(failed) == unreadable
    assert all(error.startswith("line ") for (error,) in failed)
    assert len(letters) == unloadable
    assert all("answer" in reason for (reason,) in letters)
    assert rows == (QUESTIONS - unreadable - unloadable,)
    assert set(stored(connection)) < set(answers(gsm8k))


def _break_one_percent(path: Path) -> tuple[int, int]:
    """Cut some lines short and take the number from others; return how many of each."""
    lines = path.read_text("utf-8").splitlines()
    broken = random.Random(1).sample(range(len(lines)), 14)
    for number in broken[:7]:
        lines[number] = lines[number][: len(lines[number]) // 2]
    for number in broken[7:]:
        lines[number] = lines[number].replace("#### ", "")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return 7, 7
