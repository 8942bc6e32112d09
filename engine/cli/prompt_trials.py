"""``prompt test``: a prompt rendered on items that are given, and the tokens that it would have. Nothing is sent."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from engine.app import Engine
from engine.cli.console import out, print_json, with_engine
from engine.cli.files import read_text
from engine.prompt_trials import Trial, no_instance, try_item, try_system
from engine.prompts import Prompts, Row
from runners.base import Json
from runners.prompts import PromptVersion
from runners.providers.tokens import estimate_tokens


def sample_values(*, params: str, steps: str) -> dict[str, Json]:
    """Return what a template may read besides ``item``, as in an instance that does not exist."""
    return {
        "params": _object(params, option="--params"),
        "steps": _object(steps, option="--steps"),
        "instance": no_instance(definition="test"),
        "shard": None,
    }


def given_items(item: str | None, file: Path | None) -> list[Json]:
    """Return the items of ``--item`` and ``--items``; one empty object if neither is given."""
    if item is None and file is None:
        return [{}]
    given = [] if item is None else [_parsed(item, source="--item")]
    return given if file is None else [*given, *_items_in(file)]


def try_prompt(
    key: str, *, version: int | None, items: Sequence[Json], values: Mapping[str, Json], as_json: bool
) -> None:
    async def task(engine: Engine) -> None:
        prompt = _version(await Prompts(engine.database).find(key, version=version))
        system = try_system(prompt, values)
        trials = [try_item(prompt, item, values) for item in items]
        if as_json:
            print_json(
                {
                    "key": key,
                    "version": prompt.version,
                    "system": asdict(system),
                    "items": [asdict(trial) for trial in trials],
                }
            )
        else:
            _print(prompt, system, trials)
        if any(trial.error for trial in (system, *trials)):
            raise typer.Exit(1)

    with_engine(task)


def _version(row: Row) -> PromptVersion:
    return PromptVersion(**{name: row[name] for name in ("key", "version", "system", "body", "response_schema")})


def _print(prompt: PromptVersion, system: Trial, trials: Sequence[Trial]) -> None:
    if system.prompt is not None or system.error is not None:
        _print_trial("system", system)
    for n, trial in enumerate(trials, 1):
        _print_trial(f"item {n} of {len(trials)}", trial)
    schema = json.dumps(prompt.response_schema, ensure_ascii=False) if prompt.response_schema is not None else ""
    shared = system.tokens + estimate_tokens(schema)
    total = sum(trial.tokens + shared for trial in trials if trial.error is None)
    out.print(f"\nabout {total:,} tokens in all; {shared:,} of each request are the system text and the schema")


def _print_trial(title: str, trial: Trial) -> None:
    if trial.error is not None:
        out.print(f"\n{title}: cannot be rendered", style="bold red")
        out.print(trial.error, style="red", markup=False)
        return
    out.print(f"\n{title}, about {trial.tokens:,} tokens", style="bold")
    typer.echo(trial.prompt)


def _object(text: str, *, option: str) -> dict[str, Any]:
    value = _parsed(text, source=option)
    if not isinstance(value, dict):
        raise typer.BadParameter(f"{option} must be a JSON object, such as '{{\"limit\": 10}}'")
    return value


def _items_in(file: Path) -> list[Json]:
    text = read_text(file)
    if file.suffix == ".jsonl":
        return list(_lines(text, file))
    value = _parsed(text, source=str(file))
    return value if isinstance(value, list) else [value]


def _lines(text: str, file: Path) -> Iterator[Json]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _parsed(line, source=f"{file}:{number}")


def _parsed(text: str, *, source: str) -> Json:
    try:
        return json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"{source} is not JSON: {error}") from error
