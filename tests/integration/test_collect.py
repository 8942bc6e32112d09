"""The collect runner against a real database: every source, whole and broken, and what is refused."""

import asyncio
import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.database import Database
from engine.settings import Settings
from runners.base import BadData, InvalidStep, RunnerSettings
from runners.collect import Collect
from tests.requests import Bench, result_of
from tests.site import Site, serving


@pytest.fixture
async def bench(database: Database, test_reader_url: str) -> Bench:
    made = Bench(database, test_reader_url)
    await made.set_up(items=[{"n": 1}, {"n": 2}, {"n": 3}], columns={"n": "bigint"})
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder: where relative paths begin."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as made:
        yield made


async def collect(bench: Bench, settings: RunnerSettings | None = None, **params: Any) -> dict[str, Any]:
    """Run one attempt and return its result."""
    request = await bench.request(Collect(), settings=settings, **params)
    return dict(result_of(await Collect().run(request)))


def types_of(result: dict[str, Any]) -> dict[str, str]:
    return {column["name"]: column["type"] for column in result["columns"]}


async def test_sql_reads_earlier_items_with_bound_values(bench: Bench) -> None:
    result = await collect(bench, sql="select n * :by as m from items where n > 1 order by n", bind={"by": 10})
    assert await bench.items() == [{"m": 20}, {"m": 30}]
    assert types_of(result) == {"m": "bigint"}
    assert (result["items"], result["failed"], result["read"], result["source"]) == (2, 0, 2, "sql")


async def test_a_second_attempt_starts_over(bench: Bench) -> None:
    await collect(bench, items=[{"a": 1}, {"a": 2}])
    result = await collect(bench, items=[{"a": 3}])
    assert await bench.items() == [{"a": 3}]
    assert result["items"] == 1


async def test_every_real_question_is_collected(bench: Bench, gsm8k: Path) -> None:
    with gsm8k.open(encoding="utf-8") as lines:
        questions = [json.loads(line) for line in lines]
    result = await collect(bench, RunnerSettings(data_root=str(gsm8k.parent)), path=gsm8k.name)
    assert result["items"] == 1319
    assert types_of(result) == {"question": "text", "answer": "text"}
    assert await bench.items() == questions


async def test_columns_of_json_lines_hold_every_value_seen(bench: Bench, folder: Path) -> None:
    rows = [
        {"s": "a", "i": 1, "f": 1, "b": True, "big": 1, "j": [1], "mixed": 1, "none": None},
        {"s": None, "i": None, "f": 0.5, "b": None, "big": 2**70, "j": {"a": 1}, "mixed": "x"},
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert types_of(await collect(bench, path="rows.jsonl")) == {
        "s": "text",
        "i": "bigint",
        "f": "double precision",
        "b": "boolean",
        "big": "numeric",
        "j": "jsonb",
        "mixed": "jsonb",
        "none": "text",
    }


async def test_a_broken_line_becomes_a_failed_item_with_the_reason(bench: Bench, folder: Path) -> None:
    lines = [b'{"a": 1}', b'{"a": ', b"[1]", b'{"a": "\xff"}', b"", b'{"a": NaN}', b'{"a": 1e999}', b'{"a": 2}']
    (folder / "rows.jsonl").write_bytes(b"\n".join(lines))
    result = await collect(bench, path="rows.jsonl")
    assert await bench.items() == [{"a": 1}, {"a": 2}]
    assert (result["items"], result["failed"], result["read"]) == (2, 5, 7)
    broken = await bench.items(state="failed")
    assert [item["line"] for item in broken] == [2, 3, 4, 6, 7]
    assert broken[2]["raw"] == '{"a": "\\xff"}'
    assert await errors(bench) == [
        "line 2: bad JSON: Expecting value at character 6",
        "line 3: not an object but a list",
        "line 4: it has bytes that are no text in this encoding; set `encoding`",
        "line 6: NaN is not JSON",
        "line 7: the number 1e999 is out of range",
    ]


async def errors(bench: Bench) -> list[str]:
    async with bench.database.transaction() as connection:
        cursor = await connection.execute("select error from batch_item where state = 'failed' order by seq")
        return [row[0] for row in await cursor.fetchall()]


async def test_what_jsonb_cannot_hold_is_replaced(bench: Bench, folder: Path) -> None:
    (folder / "rows.jsonl").write_text('{"a": "\\u0000|\\ud800|\\ud83d\\ude00|\\\\u0000"}\n')
    (folder / "rows.csv").write_text('a\n"x\0y\\u0000"\n')
    await collect(bench, path="rows.jsonl")
    assert await bench.items() == [{"a": "\ufffd|\ufffd|\U0001f600|\\u0000"}]
    await collect(bench, path="rows.csv")
    assert await bench.items() == [{"a": "x\ufffdy\\u0000"}]


async def test_csv_cells_are_text_unless_types_say_more(bench: Bench, folder: Path) -> None:
    (folder / "rows.csv").write_text(
        '\ufeffname,n,at,ok,cost,extra\n"a, ""b""\nc",007,2026-01-02,yes,1.10,{"x": [1]}\n,,,,,\n'
    )
    types = {"n": "bigint", "at": "timestamptz", "ok": "boolean", "cost": "numeric", "extra": "jsonb"}
    result = await collect(bench, path="rows.csv", types=types)
    assert types_of(result) == {"name": "text"} | types
    first, second = await bench.items()
    assert first == {
        "name": 'a, "b"\nc', "n": 7, "at": "2026-01-02T00:00:00+00:00", "ok": True, "cost": 1.1, "extra": {"x": [1]}
    }  # fmt: skip
    assert second == {"name": "", "n": None, "at": None, "ok": None, "cost": None, "extra": None}


async def test_a_cell_that_does_not_fit_its_type_breaks_its_line_only(bench: Bench, folder: Path) -> None:
    (folder / "rows.csv").write_text("n,d\n1,2026-01-01\nx,2026-01-01\n3,2026-13-01\n")
    await collect(bench, path="rows.csv", types={"n": "bigint", "d": "date"})
    assert await bench.items() == [{"n": 1, "d": "2026-01-01"}]
    assert await errors(bench) == [
        "line 3: column 'n': 'x' is no bigint",
        "line 4: column 'd': '2026-13-01' is no date",
    ]


async def test_a_stray_quote_costs_its_own_line_only(bench: Bench, folder: Path) -> None:
    lines = ["a,b", "1,x", '2,"x', "3,x", "4,x,y", *(f"{n},x" for n in range(5, 6000))]
    (folder / "rows.csv").write_text("\n".join(lines))
    result = await collect(bench, path="rows.csv")
    assert (result["items"], result["failed"]) == (5997, 2)
    assert [item["raw"] for item in await bench.items(state="failed")] == ['2,"x', "4,x,y"]
    assert (await errors(bench))[1] == "line 5: it has 3 fields where 2 are expected"


async def test_csv_without_a_header_takes_the_names_given(bench: Bench, folder: Path) -> None:
    with gzip.open(folder / "rows.csv.gz", "wt", encoding="cp1252") as file:
        file.write("1;ü\n2;€\n")
    await collect(bench, path="rows.csv.gz", header=False, columns=["n", "s"], delimiter=";", encoding="cp1252")
    assert await bench.items() == [{"n": "1", "s": "ü"}, {"n": "2", "s": "€"}]


async def test_an_empty_json_list_has_no_items(bench: Bench, folder: Path) -> None:
    (folder / "rows.json").write_text(" [ ] \n")
    result = await collect(bench, path="rows.json")
    assert (result["items"], result["failed"]) == (0, 0)


async def test_a_json_list_is_read_element_by_element(bench: Bench, folder: Path) -> None:
    rows = [{"n": n, "text": "x" * 600} for n in range(6000)]
    (folder / "rows.json").write_text(json.dumps([*rows[:3], 17, *rows[3:]], indent=1))
    result = await collect(bench, path="rows.json")
    assert await bench.items() == rows
    assert result["failed"] == 1
    assert await errors(bench) == ["element 4: not an object but a number"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}', "format: jsonl"),
        ('[{"a": 1}, {"a"', "breaks off"),
        ("[{}] x", "follows the list"),
        ("[1 2]", '"," or'),
    ],
)
async def test_a_json_file_that_is_no_list_is_refused(bench: Bench, folder: Path, text: str, message: str) -> None:
    (folder / "rows.json").write_text(text)
    with pytest.raises(BadData, match=message):
        await collect(bench, path="rows.json")


async def test_parquet_keeps_its_types(bench: Bench, folder: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table(
        {
            "n": [1, None],
            "f": [0.5, float("nan")],
            "d": [Decimal("1.10"), None],
            "day": [date(2026, 1, 2), None],
            "at": [datetime(2026, 1, 2, tzinfo=UTC), None],
            "s": ["a\0b", None],
            "raw": [b"\x01", None],
            "list": [[1], []],
        }
    )
    parquet.write_table(table, folder / "rows.parquet")
    assert types_of(await collect(bench, path="rows.parquet")) == {
        "n": "bigint",
        "f": "double precision",
        "d": "numeric",
        "day": "date",
        "at": "timestamp with time zone",
        "s": "text",
        "raw": "bytea",
        "list": "jsonb",
    }
    first, second = await bench.items()
    assert datetime.fromisoformat(first.pop("at")) == datetime(2026, 1, 2, tzinfo=UTC)
    assert first == {
        "n": 1, "f": 0.5, "d": 1.1, "day": "2026-01-02", "s": "a\ufffdb", "raw": "\\x01", "list": [1]
    }  # fmt: skip
    assert second.pop("list") == []
    assert set(second.values()) == {None}


async def test_a_list_is_taken_as_it_is(bench: Bench) -> None:
    result = await collect(bench, items=[{"a": 1}, "x"])
    assert await bench.items() == [{"a": 1}, {"value": "x"}]
    assert types_of(result) == {"a": "bigint", "value": "text"}


async def test_limit_stops_the_reading(bench: Bench, folder: Path) -> None:
    (folder / "rows.csv").write_text("n\n" + "\n".join(map(str, range(12_000))))
    result = await collect(bench, path="rows.csv", limit=7_000)
    assert (result["items"], result["read"]) == (7_000, 7_000)
    assert (await collect(bench, sql="select n from items order by n", limit=2))["items"] == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [(RunnerSettings(max_rows=99), "BATCHDAG_MAX_ROWS"), (RunnerSettings(max_bytes=99), "BATCHDAG_MAX_BYTES")],
)
async def test_a_source_above_the_cap_is_refused(bench: Bench, settings: RunnerSettings, message: str) -> None:
    with pytest.raises(BadData, match=message):
        await collect(bench, settings, sql="select n from generate_series(1, 100) as n")


@pytest.mark.parametrize("tolerate", [{"count": 1}, {"percent": 30}, {"count": 0, "percent": 0}])
async def test_more_broken_lines_than_tolerated_end_the_step(
    bench: Bench, folder: Path, tolerate: dict[str, Any]
) -> None:
    (folder / "rows.jsonl").write_text('{"a": 1}\n{\n{\n{"a": 2}\n')
    with pytest.raises(BadData, match=r"of 4 entries are broken, .*the first: line 2: bad JSON"):
        await collect(bench, path="rows.jsonl", tolerate=tolerate)


async def test_a_source_of_nothing_but_broken_lines_ends_the_step_unless_that_may_be(
    bench: Bench, folder: Path
) -> None:
    (folder / "rows.jsonl").write_text("{\n{\n")
    with pytest.raises(BadData, match="not one of the 2 entries of the source is good; the first: line 1: bad JSON"):
        await collect(bench, path="rows.jsonl")
    assert (await collect(bench, path="rows.jsonl", tolerate={"percent": 100}))["failed"] == 2
    (folder / "rows.jsonl").write_text("")
    assert (await collect(bench, path="rows.jsonl"))["items"] == 0, "nothing to read is nothing lost"


async def test_as_many_broken_lines_as_tolerated_do_not(bench: Bench, folder: Path) -> None:
    (folder / "rows.jsonl").write_text('{"a": 1}\n{\n')
    assert (await collect(bench, path="rows.jsonl", tolerate={"percent": 50}))["failed"] == 1


@pytest.mark.parametrize(
    "path", ["../outside.csv", "link.csv", "/etc/passwd", "file:///etc/passwd", "sub/../../outside.csv"]
)
async def test_a_path_does_not_leave_the_data_folder(bench: Bench, tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("a\n1\n")
    (root / "link.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(InvalidStep, match="leads out of"):
        await collect(bench, RunnerSettings(data_root=str(root)), path=path, format="csv")
    assert await bench.items() == []


OWN = ["batchdag.toml", "file://{folder}/home/admin-token", "home/admin-token", "home/secrets/KEY", "link.csv"]


@pytest.mark.parametrize("path", OWN)
@pytest.mark.parametrize("root", [None, ".", "home"])
async def test_no_definition_reads_what_holds_passwords_and_tokens(
    bench: Bench, folder: Path, path: str, root: str | None
) -> None:
    (folder / "home" / "secrets").mkdir(parents=True)
    for name in ("batchdag.toml", "home/admin-token", "home/secrets/KEY"):
        (folder / name).write_text("# a secret\n")
    for name in ("link.csv", "home/link.csv"):
        (folder / name).symlink_to(folder / "home" / "admin-token")
    settings = Settings(home=folder / "home", data_root=Path(root) if root else None).for_runners()
    below = path.removeprefix(f"{root}/").format(folder=folder)
    with pytest.raises(InvalidStep, match=r"is batchdag's own|leads out of|there is no file"):
        await collect(bench, settings, path=below, format="csv")
    assert await bench.items() == []


@pytest.mark.parametrize("path", [".env", ".git/config", "sub/.pgpass"])
async def test_no_definition_reads_a_hidden_file(bench: Bench, folder: Path, path: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text("a\n1\n")
    with pytest.raises(InvalidStep, match="is hidden"):
        await collect(bench, path=path, format="csv")
    assert await bench.items() == []


async def test_an_operator_may_keep_data_in_a_folder_of_its_own_below_home(bench: Bench, folder: Path) -> None:
    (folder / ".batchdag" / "demo").mkdir(parents=True)
    (folder / ".batchdag" / "demo" / "rows.csv").write_text("a\n1\n")
    settings = Settings(data_root=folder / ".batchdag" / "demo").for_runners()
    assert (await collect(bench, settings, path="rows.csv"))["items"] == 1


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"path": "nowhere.csv"}, "there is no file"),
        ({"path": "."}, "does not tell the format"),
        ({"path": "ftp://host/a.csv"}, "cannot read ftp"),
        ({"path": "gs://bucket/a.csv"}, r"batchdag\[gs\]"),
        ({"path": "s3://bucket/a.csv"}, r"batchdag\[s3\]"),
        ({"path": "s3://bucket/a::http://127.0.0.1/a.csv"}, "chains"),
        ({"path": "http://127.0.0.1/a.csv"}, "internal address 127.0.0.1"),
        ({"path": "rows.csv", "types": {"nn": "bigint"}}, 'did you mean "n"'),
        ({"path": "rows.csv", "encoding": "rot13"}, "no text encoding"),
        ({"path": "rows.parquet"}, r"batchdag\[parquet\]|cannot be read"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_the_way_out(
    bench: Bench, folder: Path, params: dict[str, Any], message: str
) -> None:
    (folder / "rows.csv").write_text("n\n1\n")
    (folder / "rows.parquet").write_text("PAR1")
    with pytest.raises((InvalidStep, BadData), match=message):
        await collect(bench, **params)


async def test_a_damaged_file_is_bad_data(bench: Bench, folder: Path) -> None:
    (folder / "rows.csv.gz").write_bytes(gzip.compress(b"a\n" + b"1\n" * 10_000)[:40])
    with pytest.raises(BadData, match="damaged"):
        await collect(bench, path="rows.csv.gz")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "exactly one of"),
        ({"sql": "select 1", "path": "a.csv"}, "exactly one of"),
        ({"items": [], "delimiter": ";"}, "`delimiter` means nothing"),
        ({"path": "a.jsonl", "format": "jsonl", "header": False, "columns": ["a"]}, "means nothing"),
        ({"path": "a.csv", "header": False}, "needs the names"),
        ({"items": [], "pick": {"count": 1, "strategy": "weighted", "key": "a"}}, "`weight` names"),
    ],
)
def test_params_that_make_no_sense_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Collect.Params.model_validate(params)


LOOPBACK = RunnerSettings(allow_private_addresses=True)


async def test_a_web_address_is_fetched_and_unpacked(bench: Bench, site: Site) -> None:
    site.page("/rows.csv.gz?token=secret", gzip.compress(b"a,b\n1,x\n2\n"))
    site.page("/rows.csv?token=secret", gzip.compress(b"a,b\n1,x\n2\n"))
    for path in ("/rows.csv.gz?token=secret", "/rows.csv?token=secret"):
        result = await collect(bench, LOOPBACK, path=site.url(path))
        assert await bench.items() == [{"a": "1", "b": "x"}]
        assert result["failed"] == 1
        assert result["source"] == site.url(path.split("?")[0])


async def test_cancelling_a_fetch_ends_its_thread(bench: Bench, site: Site) -> None:
    asked, done = threading.Event(), threading.Event()

    def stall(handler: object) -> None:
        asked.set()
        done.wait()

    site.pages["/rows.csv"] = stall
    task = asyncio.create_task(collect(bench, LOOPBACK, path=site.url("/rows.csv")))
    await asyncio.to_thread(asked.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    readers = [thread for thread in threading.enumerate() if thread.name.startswith("batchdag-source")]
    await asyncio.to_thread(lambda: [thread.join(timeout=10) for thread in readers])
    done.set()
    assert not any(thread.is_alive() for thread in readers)


async def test_quotes_that_never_match_do_not_hold_the_step_up(bench: Bench, folder: Path) -> None:
    (folder / "rows.csv").write_text("a,b\n" + 'x","\n' * 100_000)
    with pytest.raises(BadData, match="quotes are unbalanced in too many places"):
        await collect(bench, path="rows.csv")
