"""Durable steps: a chain, a fan-out and many small instances, beside the limits of the machine and beside DBOS."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.limits import commit_limit, pipelined_limit
from benchmarks.setting import engine_on, fresh_database, print_table
from engine.app import Engine
from engine.embedded import EmbeddedServer

CHAIN = 1_000
FAN_OUT = 10_000
INSTANCES = 1_000
ROUNDS = 3
"""Everything is measured so often, in turn, and the best of each counts: what else runs on the machine only slows."""


def chain(count: int) -> list[dict[str, Any]]:
    return [
        {"key": f"s{n}", "runner": "noop", "nextSteps": [f"s{n + 1}"] if n + 1 < count else []} for n in range(count)
    ]


def fan_out(count: int) -> list[dict[str, Any]]:
    middle = [{"key": f"s{n}", "runner": "noop", "nextSteps": ["join"]} for n in range(count)]
    root = {"key": "root", "runner": "noop", "nextSteps": [step["key"] for step in middle]}
    return [root, *middle, {"key": "join", "runner": "noop"}]


def measure(server: EmbeddedServer, folder: Path) -> None:
    del folder
    ours: dict[str, float] = {}
    peer: dict[str, float] = {}
    for _ in range(ROUNDS):
        _keep_best(ours, asyncio.run(_ours(fresh_database(server, "bench_steps"))))
        _keep_best(peer, _dbos(fresh_database(server, "bench_dbos")))
    _print(ours, peer=peer)
    _print_flatness(ours)


def _keep_best(best: dict[str, float], rates: Mapping[str, float]) -> None:
    for name, rate in rates.items():
        best[name] = max(rate, best.get(name, 0.0))


async def _ours(url: str) -> dict[str, float]:
    """Run every shape once, and the limits between them."""
    async with engine_on(url) as engine:
        definitions = {
            "chain_100": chain(100),
            "chain_1000": chain(CHAIN),
            "chain_10000": chain(10_000),
            "fan_100": fan_out(100),
            "fan_1000": fan_out(1_000),
            "fan_10000": fan_out(FAN_OUT),
            "three": chain(3),
        }
        await engine.apply([{"name": name, "steps": steps} for name, steps in definitions.items()])
        rates = {"commit": await asyncio.to_thread(commit_limit, url)}
        rates |= {name: await _rate(engine, name, steps=len(steps)) for name, steps in definitions.items()}
        rates["pipelined"] = await asyncio.to_thread(pipelined_limit, url)
        rates["instances"] = await _many(engine, "three")
        return rates


async def _rate(engine: Engine, name: str, *, steps: int) -> float:
    """Measure the second run: the first one has read and checked the version, which is done once in each process."""
    await engine.run(name)
    began = time.perf_counter()
    ended = await engine.run(name)
    assert ended.is_success, ended
    return steps / (time.perf_counter() - began)


async def _many(engine: Engine, name: str) -> float:
    began = time.perf_counter()
    ids = await asyncio.gather(*(engine.start(name) for _ in range(INSTANCES)))
    for instance_id in ids:
        assert (await engine.wait(instance_id)).is_success
    return INSTANCES * 3 / (time.perf_counter() - began)


def _dbos(url: str) -> dict[str, float]:
    """Run the same work in DBOS, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.peer_dbos", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise RuntimeError(f"the DBOS benchmark failed:\n{done.stderr[-3000:]}")
    rates: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return rates


def _print(ours: Mapping[str, float], *, peer: Mapping[str, float]) -> None:
    theirs, commit, pipelined = peer["chain"], ours["commit"], ours["pipelined"]
    rows = [
        ["limit: one commit after another", commit, 1.0, "", ""],
        ["limit: the same, pipelined", pipelined, "", 1.0, ""],
        [f"chain of {CHAIN:,}", ours["chain_1000"], ours["chain_1000"] / commit, "", ours["chain_1000"] / theirs],
        [f"fan-out 1 → {FAN_OUT:,} → 1", ours["fan_10000"], "", ours["fan_10000"] / pipelined,
         ours["fan_10000"] / peer["fan_out"]],
        [f"{INSTANCES:,} instances of 3 steps", ours["instances"], ours["instances"] / commit, "",
         ours["instances"] / peer["instances"]],
        ["DBOS: chain", peer["chain"], peer["chain"] / commit, "", 1.0],
        ["DBOS: fan-out", peer["fan_out"], "", peer["fan_out"] / pipelined, 1.0],
        ["DBOS: instances of 3 steps", peer["instances"], peer["instances"] / commit, "", 1.0],
    ]  # fmt: skip
    print_table("Durable steps", ["", "steps/s", "of commit limit", "of pipelined limit", "times DBOS"], rows)


def _print_flatness(ours: Mapping[str, float]) -> None:
    rows = [
        [shape, *(f"{1e6 / ours[f'{key}_{size}']:,.0f}" for size in (100, 1000, 10000))]
        for shape, key in (("chain", "chain"), ("fan-out", "fan"))
    ]
    print_table("Cost per step, microseconds, by number of steps", ["", "100", "1,000", "10,000"], rows)
