"""A million rows of CSV through collect → process → load, in bounded memory, beside psql's \\copy of the same file."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from benchmarks.setting import engine_on, fresh_database, peak_memory, print_table
from engine.embedded import EmbeddedServer

ROWS = 1_000_000
TABLE = "create table {} (id bigint primary key, name text, city text, amount numeric, day date)"


def measure(server: EmbeddedServer, folder: Path) -> None:
    file = _write_csv(folder / "rows.csv")
    url = fresh_database(server, "bench_bulk")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE.format("copied"))
        connection.execute(TABLE.format("loaded"))
    copy = _copy(server, url, file)
    seconds, peak = _pipeline(url, folder)
    with psycopg.connect(url) as connection:
        same = "select count(*) from copied join loaded using (id, name, city, amount, day)"
        assert connection.execute(same).fetchone() == (ROWS,), "the two tables differ"
    rows = [
        ["psql \\copy", ROWS / copy, 1.0, ""],
        ["collect → process → load", ROWS / seconds, copy / seconds, f"{peak:,.0f} MB"],
    ]
    print_table(f"{ROWS:,} rows of CSV into a table", ["", "rows/s", "of \\copy", "peak memory"], rows)


def _write_csv(path: Path) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.write("id,name,city,amount,day\n")
        for n in range(ROWS):
            out.write(f"{n},name {n},city {n % 1000},{n % 10_000}.{n % 100:02},2026-{n % 12 + 1:02}-{n % 28 + 1:02}\n")
    path.chmod(0o644)
    return path


def _copy(server: EmbeddedServer, url: str, file: Path) -> float:
    began = time.perf_counter()
    command = f"\\copy copied from '{file}' with (format csv, header true)"
    subprocess.run([server.program("psql"), url, "-q", "-c", command], check=True)
    return time.perf_counter() - began


def _pipeline(url: str, folder: Path) -> tuple[float, float]:
    """Run the definition in a process of its own; return its seconds, without start-up, and its peak memory in MB."""
    environment = os.environ | {"BATCHDAG_DATA_ROOT": str(folder)}
    command = [sys.executable, "-m", "benchmarks.bulk", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=900)
    if done.returncode:
        raise RuntimeError(f"the bulk benchmark failed:\n{done.stderr[-3000:]}")
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak


def definition() -> dict[str, object]:
    process = "select cast(id as bigint) as id, name, city, cast(amount as numeric) as amount, cast(day as date) as day"
    return {
        "name": "bulk",
        "steps": [
            {"key": "collect", "params": {"path": "rows.csv"}, "nextSteps": ["process"]},
            {"key": "process", "params": {"sql": f"{process} from items"}, "nextSteps": ["load"]},
            {"key": "load", "params": {"table": "loaded", "mode": "insert"}},
        ],
    }


async def _run(url: str) -> float:
    async with engine_on(url) as engine:
        await engine.apply([definition()])
        began = time.perf_counter()
        ended = await engine.run("bulk")
        assert ended.is_success, ended
        return time.perf_counter() - began


def main() -> None:
    seconds = asyncio.run(_run(sys.argv[1]))
    peak = peak_memory()
    print(json.dumps([seconds, peak]))


if __name__ == "__main__":
    main()
