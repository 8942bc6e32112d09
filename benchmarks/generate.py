"""Generating: 50,000 items by batch job, phase by phase, and the overhead of a live call beside the bare SDK's loop."""

import asyncio
import functools
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.setting import engine_on, fresh_database, peak_memory, print_table
from engine.embedded import EmbeddedServer
from runners.generation import beginning, course, jobs, ledger
from runners.providers.prices import PriceList
from runners.providers.simulated import Simulated

ITEMS = 50_000
CALLS = 600
AT_ONCE = 16

Spent = Counter[str]


def measure(server: EmbeddedServer, folder: Path) -> None:
    with (folder / "words.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"n": n, "word": f"word{n}"}) + "\n" for n in range(ITEMS))
    _print_batch(*_child(folder, "batch", fresh_database(server, "bench_generate")))
    with _emulator() as environment:
        bare = asyncio.run(_bare_loop(environment))
        ours, _ = _child(folder, "live", fresh_database(server, "bench_live"), environment=environment)
    _print_live(bare, ours["live"])


def _print_batch(spent: Mapping[str, float], peak: float) -> None:
    provider = sum(seconds for name, seconds in spent.items() if name.startswith("provider."))
    engine = spent["whole"] - provider
    rows = [
        [
            name,
            f"{spent[name]:.1f}",
            f"{ITEMS / spent[name]:,.0f}",
            f"{spent[f'{name}.statements'] / (ITEMS / 1000):.1f}",
        ]
        for name in ("build", "plan", "stage", "ingest")
    ]
    rows.append(["engine, without the provider", f"{engine:.1f}", f"{ITEMS / engine:,.0f}", ""])
    rows.append(["whole step", f"{spent['whole']:.1f}", f"{ITEMS / spent['whole']:,.0f}", f"peak {peak:,.0f} MB"])
    print_table(f"{ITEMS:,} items through generate, batch", ["", "seconds", "items/s", "statements/1,000 items"], rows)


def _print_live(bare: float, ours: float) -> None:
    overhead = (ours - bare) * AT_ONCE / CALLS * 1000
    rows = [
        ["the bare SDK's loop", f"{CALLS / bare:,.0f}", f"{bare * AT_ONCE / CALLS * 1000:.1f}", ""],
        ["generate, live", f"{CALLS / ours:,.0f}", f"{ours * AT_ONCE / CALLS * 1000:.1f}", f"{overhead:.1f}"],
    ]
    title = f"{CALLS} live calls, {AT_ONCE} at once, against the emulator"
    print_table(title, ["", "calls/s", "ms a call", "overhead, ms a call"], rows)


def _child(
    folder: Path, kind: str, url: str, *, environment: Mapping[str, str] | None = None
) -> tuple[dict[str, float], float]:
    """Run one kind in a process of its own; return seconds by phase, and the peak memory in MB."""
    settings = {"BATCHDAG_DATA_ROOT": str(folder), "BATCHDAG_STORAGE": str(folder / "storage")}
    command = [sys.executable, "-m", "benchmarks.generate", kind, url]
    whole = os.environ | settings | dict(environment or {})
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=whole, timeout=900)
    if done.returncode:
        raise RuntimeError(f"the benchmark of generate failed:\n{done.stderr[-3000:]}")
    spent, peak = json.loads(done.stdout.splitlines()[-1])
    return spent, peak


@contextmanager
def _emulator() -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "services.emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split("listens on ")[1].split(". ")[0]
        try:
            yield {"OPENAI_BASE_URL": f"{address}/openai/v1", "OPENAI_API_KEY": "bench"}
        finally:
            process.terminate()


async def _bare_loop(environment: Mapping[str, str]) -> float:
    """Return the seconds that the SDK alone takes for the same calls, as many at once."""
    from openai import AsyncOpenAI  # noqa: PLC0415

    client = AsyncOpenAI(base_url=environment["OPENAI_BASE_URL"], api_key="bench", max_retries=0)
    free = asyncio.Semaphore(AT_ONCE)

    async def call(n: int) -> None:
        async with free:
            message = {"role": "user", "content": f"Say the word bare{n}."}
            await client.chat.completions.create(model="gpt-5-mini", messages=[message])  # type: ignore[list-item]

    await call(-1)
    began = time.perf_counter()
    await asyncio.gather(*(call(n) for n in range(CALLS)))
    seconds = time.perf_counter() - began
    await client.close()
    return seconds


# In the child process: the real definition, with a watch on each phase.


def definition(kind: str) -> dict[str, object]:
    asking = {"model": "gpt-5-mini", "template": "Say the word {{ item.word }}.", "poll": {"intervalSeconds": 0.1}}
    batch = {"provider": "simulated", "mode": "batch"}
    live = {"provider": "openai", "mode": "live", "concurrency": AT_ONCE}
    sql = "select * from items" + ("" if kind == "batch" else f" where n < {CALLS}")
    return {
        "name": "generating",
        "steps": [
            {"key": "collect", "params": {"path": "words.jsonl"}, "nextSteps": ["process"]},
            {"key": "process", "params": {"sql": sql}, "nextSteps": ["generate"]},
            {"key": "generate", "params": asking | (batch if kind == "batch" else live)},
        ],
    }


async def _run(kind: str, url: str) -> Spent:
    spent: Spent = Counter()
    _watch_phases(spent)
    _count_statements(spent)
    async with engine_on(url) as engine:
        await engine.apply([definition(kind)])
        if kind == "live":
            await asyncio.to_thread(_import_what_is_slow)
        ended = await engine.run("generating")
        assert ended.is_success, ended
        async with engine.database.transaction() as connection:
            cursor = await connection.execute(
                "select extract(epoch from finished_at - started_at)::float8 from batch_step"
                " where step_key = 'generate'"
            )
            (seconds,) = await cursor.fetchone() or (0.0,)
    spent["live" if kind == "live" else "whole"] = seconds
    return spent


def _import_what_is_slow() -> None:
    """Import the SDK and the price list now: a second and a half that a worker pays once, not for each call."""
    import openai.resources.chat  # noqa: F401, PLC0415

    PriceList().find("openai", "gpt-5-mini", "live")


def _watch_phases(spent: Spent) -> None:
    beginning.build = _watched(spent, "build", beginning.build)
    course.Planner.plan = _watched(spent, "plan", course.Planner.plan)
    jobs.JobFollower._stage = _watched(spent, "stage", jobs.JobFollower._stage)  # noqa: SLF001
    jobs.ingest = _watched(spent, "ingest", jobs.ingest)
    for name in ("stage", "submit", "find_by_key", "status"):
        setattr(Simulated, name, _watched(spent, f"provider.{name}", getattr(Simulated, name)))
    Simulated.fetch = _watched_stream(spent, "provider.fetch", Simulated.fetch)


_phase: list[str] = []


def _watched(spent: Spent, name: str, function: Callable[..., Awaitable[Any]]) -> Any:
    @functools.wraps(function)
    async def watched(*args: Any, **more: Any) -> Any:
        _phase.append(name)
        began = time.perf_counter()
        try:
            return await function(*args, **more)
        finally:
            spent[name] += time.perf_counter() - began
            _phase.remove(name)

    return watched


def _watched_stream(spent: Spent, name: str, function: Callable[..., AsyncIterator[bytes]]) -> Any:
    async def watched(*args: Any) -> AsyncIterator[bytes]:
        stream = function(*args)
        while True:
            began = time.perf_counter()
            block = await anext(stream, None)
            spent[name] += time.perf_counter() - began
            if block is None:
                return
            yield block

    return watched


def _count_statements(spent: Spent) -> None:
    read_sql = ledger.read_sql

    def counted(package: str, name: str) -> str:
        if _phase:
            spent[f"{_phase[-1]}.statements"] += 1
        return read_sql(package, name)

    ledger.read_sql = counted


def main() -> None:
    kind, url = sys.argv[1:]
    spent = asyncio.run(_run(kind, url))
    peak = peak_memory()
    print(json.dumps([spent, peak]))


if __name__ == "__main__":
    main()
