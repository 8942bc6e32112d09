"""The registry: packages add runners, and a broken one is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from runners.base import Outcome, Params, StepRequest, Succeeded
from runners.registry import RegistrationError, Registry, UnknownRunner


class Echo:
    """A runner as small as can be."""

    name: Any = "echo"
    version: Any = "1"
    description: Any = "Says it again."

    class Params(Params):
        some_text: str = ""

    async def run(self, request: StepRequest) -> Outcome:
        return Succeeded()


def install(folder: Path, name: str, *, code: str, entries: str) -> None:
    """Make an importable package with entry points, as pip would leave it."""
    (folder / f"{name}.py").write_text(code)
    info = folder / f"{name}-2.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.5\n")
    (info / "entry_points.txt").write_text(f"[batchdag.runners]\n{entries}\n")


RUNNER = """
from runners.base import Params, Succeeded
class Shout:
    name = "{name}"
    version = "1"
    description = ""
    Params = Params
    async def run(self, request):
        return Succeeded()
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_the_shipped_runners_are_loaded() -> None:
    registry = Registry.load()
    assert registry.get("collect").name == "collect"
    assert {"collect", "process", "load"} <= set(registry.schemas())


def test_a_package_adds_its_runner(packages: Path) -> None:
    install(packages, "shouting", code=RUNNER.format(name="shout"), entries="shout = shouting:Shout")
    assert Registry.load().get("shout").version == "1"


def test_a_package_that_cannot_be_imported_is_named(packages: Path) -> None:
    install(packages, "brokenly", code="import nowhere_at_all", entries="wreck = brokenly:Wreck")
    with pytest.raises(RegistrationError, match=r"wreck = brokenly:Wreck of package brokenly 2\.5 .*nowhere_at_all"):
        Registry.load()


def test_two_packages_with_one_name_are_both_named(packages: Path) -> None:
    install(packages, "shouting1", code=RUNNER.format(name="shout"), entries="shout = shouting1:Shout")
    install(packages, "shouting2", code=RUNNER.format(name="shout"), entries="shout = shouting2:Shout")
    with pytest.raises(RegistrationError, match=r"(?=.*package shouting1)(?=.*package shouting2)"):
        Registry.load()


def test_describe_gives_the_rows_of_the_table() -> None:
    registry = Registry()
    registry.register(Echo())
    [row] = json.loads(json.dumps(registry.describe()))
    assert (row["name"], row["version"], row["description"]) == ("echo", "1", "Says it again.")
    assert "someText" in row["params_schema"]["properties"]


def test_an_unknown_runner_is_answered_with_the_nearest() -> None:
    registry = Registry()
    registry.register(Echo())
    with pytest.raises(UnknownRunner, match='did you mean "echo"'):
        registry.get("ecko")


@pytest.mark.parametrize(
    ("attribute", "value", "message"),
    [
        ("name", "Echo!", "`name` must match"),
        ("version", 1, "`version` must be a text"),
        ("description", None, "`description` must be a text"),
        ("Params", dict, "`Params` must be a class"),
        ("run", lambda request: None, "`run` must be an async method"),
    ],
)
def test_what_is_no_runner_is_told_what_it_lacks(attribute: str, value: object, message: str) -> None:
    runner = Echo()
    setattr(runner, attribute, value)
    with pytest.raises(RegistrationError, match=message):
        Registry().register(runner)
