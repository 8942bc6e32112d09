"""Says a change of a definition in a sentence that an analyst reads. Pure; knows no graph, only what differs.

The sentence is without a capital and a full stop; its code and values are for who says it in another language.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from definitions.models import FanIn, Misfire, OnFailure, Overlap
from engine.changes import Change
from engine.said import Edit, Said

_FAN_IN: Mapping[str, str] = {
    FanIn.NONE_FAILED_MIN_ONE_SUCCESS: "if none of the steps before it failed and at least one succeeded",
    FanIn.ALL_SUCCESS: "if all the steps before it succeeded",
    FanIn.NONE_FAILED: "if none of the steps before it failed, even if all were skipped",
    FanIn.ANY_SUCCESS: "as soon as one of the steps before it succeeded",
    FanIn.ALL_DONE: "once all the steps before it have ended, whatever became of them",
    FanIn.ANY_FAILED: "only if one of the steps before it failed",
}
_ON_FAILURE: Mapping[str, str] = {
    OnFailure.FAIL: "now fails the instance",
    OnFailure.CONTINUE: "now counts as a success for the steps after it and for the instance",
    OnFailure.STOP: "now stops everything else at once",
}
_MISFIRE: Mapping[str, str] = {
    Misfire.LATEST: "only the latest of the instants that nobody fired in time is made up for",
    Misfire.NONE: "instants that nobody fired in time are not made up for",
    Misfire.ALL: "every instant that nobody fired in time is made up for",
}
_OVERLAP: Mapping[str, str] = {
    Overlap.SKIP: "an instant that comes while an instance runs is skipped",
    Overlap.QUEUE: "an instant that comes while an instance runs waits for its end",
    Overlap.ALLOW: "an instant that comes while an instance runs starts another one",
}
_LONGEST = 60


def said(change: Change) -> Said:
    """Say the change."""
    match change.path.split("."):
        case ["steps", key]:
            return _of_a_whole_step(key, change)
        case ["steps", key, "nextSteps"]:
            return _of_next_steps(key, before=change.before or (), after=change.after or ())
        case ["steps", key, *field]:
            return _of_a_step(key, ".".join(field), before=change.before, after=change.after)
        case _:
            return _of_the_definition(change.path, before=change.before, after=change.after)


def _of_a_whole_step(key: str, change: Change) -> Said:
    if change.after is None:
        return Said(Edit.STEP_REMOVED, {"step": key}, f"step {key} is gone")
    runner = change.after.get("runner") or key
    follows = list(change.after.get("nextSteps") or ())
    before = f", before {_listed(follows)}" if follows else ""
    values = {"step": key, "runner": runner, "next_steps": follows}
    return Said(Edit.STEP_ADDED, values, f"step {key} is new: it runs {runner}{before}")


def _of_next_steps(key: str, *, before: Sequence[str], after: Sequence[str]) -> Said:
    gained = [child for child in after if child not in before]
    lost = [child for child in before if child not in after]
    if not gained and not lost:
        words = f"the steps after {key} are listed in another order, which changes nothing else"
        return Said(Edit.NEXT_STEPS_REORDERED, {"step": key}, words)
    parts = [f"{_steps(gained)} now {'waits' if len(gained) == 1 else 'wait'} for {key} too"] if gained else []
    parts += [f"{_steps(lost)} no longer {'waits' if len(lost) == 1 else 'wait'} for {key}"] if lost else []
    return Said(Edit.NEXT_STEPS, {"step": key, "gained": gained, "lost": lost}, "; ".join(parts))


def _of_a_step(key: str, field: str, *, before: Any, after: Any) -> Said:
    if (sentence := _OF_A_STEP.get(field)) is not None:
        return sentence(key, before, after)
    name = field.removeprefix("params.")
    values = {"step": key} | _shown_values(name, before, after)
    return Said(Edit.STEP_FIELD, values, f"step {key}: {_now(name, before, after)}")


def _condition(key: str, _before: Any, after: Any) -> Said:
    if after is None:
        return Said(Edit.STEP_UNCONDITIONAL, {"step": key}, f"step {key} now runs always")
    condition = _shown(after)
    return Said(Edit.STEP_CONDITION, {"step": key, "condition": condition}, f"step {key} now runs only if {condition}")


def _parallel(key: str, _before: Any, after: Any) -> Said:
    if after is None:
        return Said(Edit.STEP_IN_ONE_PIECE, {"step": key}, f"step {key} now runs in one piece")
    values = {"step": key, "chunk": after.get("chunk"), "over": _shown(after.get("over"))}
    words = f"step {key} now runs in shards of {values['chunk']}, over {values['over']}"
    return Said(Edit.STEP_PARALLEL, values, words)


def _of_the_definition(field: str, *, before: Any, after: Any) -> Said:
    if (sentence := _OF_THE_DEFINITION.get(field)) is not None:
        return sentence(before, after)
    if field.startswith("params_schema."):
        name = field.removeprefix("params_schema.")
        words = f"the schema of its params is edited: {_now(name, before, after)}"
        return Said(Edit.PARAMS_SCHEMA, _shown_values(name, before, after), words)
    return Said(Edit.FIELD, _shown_values(field, before, after), _now(field, before, after))


def _cron(before: Any, after: Any) -> Said:
    if after is None:
        return Said(Edit.CRON_REMOVED, {"before": before}, f"it is no longer started by the cron {before}")
    words = f"it is now started by the cron {after}" + (f", not {before}" if before else "")
    return Said(Edit.CRON, _both(before, after), words)


def _enabled(_before: Any, after: Any) -> Said:
    if after:
        return Said(Edit.ENABLED, {}, "it is enabled: its cron fires")
    return Said(Edit.DISABLED, {}, "it is disabled: its cron does not fire")


def _now(name: str, before: Any, after: Any) -> str:
    if before is None:
        return f"{name} is now {_shown(after)}"
    if after is None:
        return f"{name} is no longer set; it was {_shown(before)}"
    return f"{name} is now {_shown(after)}, not {_shown(before)}"


def _shown_values(field: str, before: Any, after: Any) -> dict[str, Any]:
    shown = {name: _shown(value) for name, value in _both(before, after).items()}
    return {"field": field} | shown


def _both(before: Any, after: Any) -> dict[str, Any]:
    """Return what there was and is, as values of a sentence; what is None is left out."""
    return {name: value for name, value in (("before", before), ("after", after)) if value is not None}


def _steps(keys: Sequence[str]) -> str:
    return f"step {keys[0]}" if len(keys) == 1 else f"steps {_listed(keys)}"


def _listed(keys: Sequence[str]) -> str:
    return keys[0] if len(keys) == 1 else f"{', '.join(keys[:-1])} and {keys[-1]}"


def _dollars(amount: Any) -> str:
    return "any amount" if amount is None else f"${amount}"


def _at_once(count: int | None) -> str:
    return "any number of instances" if count is None else f"{count} instance{'s' if count > 1 else ''}"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


_OF_A_STEP: Mapping[str, Callable[[str, Any, Any], Said]] = {
    "condition": _condition,
    "fanIn": lambda key, _, after: Said(
        Edit.STEP_FAN_IN, {"step": key, "fan_in": after}, f"step {key} now runs {_FAN_IN[after]}"
    ),
    "onFailure": lambda key, _, after: Said(
        Edit.STEP_ON_FAILURE, {"step": key, "on_failure": after}, f"a failure of step {key} {_ON_FAILURE[after]}"
    ),
    "parallel": _parallel,
    "retry.maxAttempts": lambda key, before, after: Said(
        Edit.STEP_ATTEMPTS,
        {"step": key} | _both(before, after),
        f"step {key} is now tried at most {after} times, not {before}",
    ),
    "runner": lambda key, before, after: Said(
        Edit.STEP_RUNNER,
        {"step": key, "before": before or key, "after": after or key},
        f"step {key} now runs {after or key}, not {before or key}",
    ),
    "timeoutSeconds": lambda key, before, after: Said(
        Edit.STEP_TIMEOUT,
        {"step": key} | _both(before, after),
        f"an attempt of step {key} may now take {after:g} s, not {before:g} s",
    ),
}
_OF_THE_DEFINITION: Mapping[str, Callable[[Any, Any], Said]] = {
    "budget_usd": lambda before, after: Said(
        Edit.BUDGET, _both(before, after), f"an instance may now spend {_dollars(after)}, not {_dollars(before)}"
    ),
    "cron": _cron,
    "description": lambda _before, _after: Said(Edit.DESCRIPTION, {}, "its description is edited"),
    "enabled": _enabled,
    "max_active": lambda before, after: Said(
        Edit.MAX_ACTIVE,
        _both(before, after),
        f"now {_at_once(after)} may run at once, not {_at_once(before)}",
    ),
    "misfire": lambda _, after: Said(Edit.MISFIRE, {"misfire": after}, _MISFIRE[after]),
    "overlap": lambda _, after: Said(Edit.OVERLAP, {"overlap": after}, _OVERLAP[after]),
}
