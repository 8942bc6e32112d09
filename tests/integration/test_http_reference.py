"""The reference of the HTTP API says what there is: every route with its role, what it takes and what it gives."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.http.roles import roles_by_route
from services.http.settings import HttpSettings
from tests.consoles import CONSOLE_PATHS, write_console
from tests.harness import Harness
from tests.serving import Served, served_on

REFERENCE = (Path(__file__).parents[2] / "docs" / "reference" / "http.md").read_text("utf-8")
ROW = re.compile(r"\| `(GET|PUT|POST|DELETE|PATCH|WebSocket) /")
OPTIONAL = {"POST /graphql"}
"""Routes that need an extra."""


@dataclass(frozen=True, slots=True)
class Documented:
    role: str
    takes: str
    gives: str


def documented() -> dict[str, Documented]:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in REFERENCE.splitlines() if ROW.match(line)]
    found = {route.strip("`"): Documented(role, takes, gives) for route, role, takes, gives, _ in rows}
    assert len(found) == len(rows) > 50, "every route has one row"
    return found


@pytest.fixture
async def served(idle: Harness, tmp_path: Path) -> AsyncIterator[Served]:
    async with served_on(idle, console=write_console(tmp_path)) as running:
        yield running


def test_the_documented_routes_are_those_that_there_are_with_their_roles(served: Served) -> None:
    there = {
        f"{method} {route.path}": str(role or "none")
        for route, role in roles_by_route(served.app)
        if route.path not in CONSOLE_PATHS
        for method in sorted(getattr(route, "methods", None) or {"WebSocket"})
    }
    written = {route: row.role for route, row in documented().items() if route in there or route not in OPTIONAL}
    assert written == there


def test_what_a_route_takes_and_gives_is_documented(served: Served) -> None:
    document, rows, checked = served.app.openapi(), documented(), 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            row = rows[f"{method.upper()} {path}"]
            missing = [word for word in taken(operation, document) if word not in row.takes.lower()]
            assert missing == [] or row.takes == "the same", (method, path, missing)
            assert row.gives.startswith(success(operation)), (method, path)
            checked += 1
    assert checked > 50


def taken(operation: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """The parameters of the query and the headers, and the fields of the body."""
    kinds = {"query": "`?{}", "header": "`{}:`"}
    found = [
        kinds[one["in"]].format(one["name"].lower()) for one in operation.get("parameters", []) if one["in"] in kinds
    ]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for option in content["schema"].get("anyOf", [content["schema"]]):
            name = option.get("$ref", "").rpartition("/")[2]
            found += [field.lower() for field in document["components"]["schemas"].get(name, {}).get("properties", ())]
    return found


def success(operation: dict[str, Any]) -> str:
    return min(status for status in operation["responses"] if status.isdigit())


def test_every_setting_is_documented_with_its_default() -> None:
    for name, field in HttpSettings.model_fields.items():
        short = name.upper()
        assert f"BATCHDAG_HTTP_{short}`" in REFERENCE or f"`..._{short}`" in REFERENCE, name
        if isinstance(field.default, int | float) and not isinstance(field.default, bool):
            (line,) = [line for line in REFERENCE.splitlines() if line.startswith("| `BATCHDAG_HTTP") and short in line]
            assert re.search(rf"\b{field.default:g}\b".replace("e+0", "e"), line) or f"{field.default:.0f}" in line, (
                name
            )
