"""Uploads as they come from people: large, broken, in other encodings, with formulas. Each gets a clear answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import monotonic

import pytest

from services.http.limits import BodyLimits
from services.http.roles import roles_by_route
from tests.harness import Harness
from tests.questions import install
from tests.serving import Served, served_on
from tests.uploads import CSV, GOOD, UPLOAD, done, saved, upload

JSON = {"Content-Type": "application/json"}
LINES = 1_000_000
BAD_EVERY = 100_000


@pytest.fixture
async def served(idle: Harness) -> AsyncIterator[Served]:
    await install(idle)
    async with served_on(idle) as running:
        yield running


def million() -> Iterator[bytes]:
    """A header and a million lines, of which every hundred thousandth lacks its answer."""
    yield b"question,answer\n"
    for first in range(0, LINES, 10_000):
        numbers = range(first, first + 10_000)
        yield b"".join(b"What is %d + 1?,%s\n" % (n, b"" if n % BAD_EVERY == 0 else b"%d" % (n + 1)) for n in numbers)


async def sent() -> AsyncIterator[bytes]:
    for part in million():
        yield part


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


async def worst_while(served: Served, uploading: asyncio.Task[object]) -> tuple[float, int]:
    """Ask for the queue until the upload is done; the longest that it took, and the most memory seen."""
    slowest, most = 0.0, 0
    while not uploading.done():
        began = monotonic()
        assert (await served.viewer.get("/queue")).status_code == 200
        slowest, most = max(slowest, monotonic() - began), max(most, resident_bytes())
        await asyncio.wait({uploading}, timeout=0.5)
    return slowest, most


@pytest.mark.timeout(900)
async def test_a_million_lines_lose_none_in_little_memory_while_others_are_answered(served: Served) -> None:
    await done(served, GOOD, path=UPLOAD.replace("spring", "warm"))
    before = resident_bytes()
    uploading = asyncio.create_task(
        served.operator.post(UPLOAD, content=sent(), headers=CSV, timeout=880), name="a million lines"
    )
    slowest, most = await worst_while(served, uploading)
    answer = await uploading
    assert answer.status_code == 202, answer.text
    data = answer.json()["data"]
    assert (data["received"], data["refused"], data["saved"]) == (LINES, LINES // BAD_EVERY, LINES - LINES // BAD_EVERY)
    assert [problem["line"] for problem in data["problems"]] == [n + 2 for n in range(0, LINES, BAD_EVERY)]
    assert data["queueStatus"]["pending"] == data["saved"]
    assert await served.rows("select count(*) from question where set_id = 'spring'") == [(data["saved"],)]
    assert most - before < 100_000_000
    assert slowest < 5


async def test_an_upload_has_a_limit_of_its_own(idle: Harness) -> None:
    await install(idle)
    async with served_on(idle, max_body_bytes=1_000, max_upload_bytes=5_000) as running:
        fits = GOOD + "".join(f"What is {n}?,{n}\n" for n in range(200))
        assert 1_000 < len(fits) < 5_000
        assert (await done(running, fits))["saved"] == 202
        declared = await upload(running, fits + "x" * 5_000)

        async def parts() -> AsyncIterator[bytes]:
            for _ in range(6):
                yield b"What is lost?,this\n" * 50

        streamed = await running.operator.post(UPLOAD, content=parts(), headers=CSV)
        for answer in (declared, streamed):
            assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
            assert "5000 bytes" in answer.json()["detail"]
        assert len(await saved(running)) == 202
        other = await running.operator.post("/batch/run", content=b"x" * 1_001, headers=JSON)
        assert (other.status_code, "1000 bytes" in other.json()["detail"]) == (413, True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/admin/sets/a/b/questions/bulk-upload"),
        ("POST", "/admin/sets/a/questions/bulk-upload/"),
        ("POST", "//admin/sets/a/questions/bulk-upload"),
        ("PUT", "/admin/sets/a/questions/bulk-upload"),
        ("POST", "/batch/run"),
    ],
)
def test_no_other_request_may_be_as_large_as_an_upload(method: str, path: str) -> None:
    limits = BodyLimits(usual=1, upload=2)
    assert limits.of({"type": "http", "method": method, "path": path}) == 1


def test_the_route_of_uploads_has_their_limit(idle_app_paths: list[str]) -> None:
    (path,) = [path for path in idle_app_paths if path.endswith("/bulk-upload")]
    assert BodyLimits(usual=1, upload=2).of({"type": "http", "method": "POST", "path": path}) == 2


@pytest.fixture
async def idle_app_paths(served: Served) -> list[str]:
    return [str(route.path) for route, _ in roles_by_route(served.app)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
async def test_utf_16_is_refused_with_what_to_do(served: Served, encoding: str) -> None:
    for headers in ({}, {"Content-Type": "text/csv; charset=utf-8"}):
        answer = await upload(served, GOOD.encode(encoding), headers=headers)
        assert answer.status_code == 422
        assert "save it as `CSV UTF-8`" in answer.json()["detail"]
    assert await saved(served) == []


@pytest.mark.parametrize("word", ["Århus", "café", "Ängström ÄÖ", "naïve"])
async def test_a_line_in_latin_1_is_refused_and_never_taken_for_korean(served: Served, word: str) -> None:
    data = await done(served, GOOD.encode() + f"Where is {word}?,there\n".encode("latin-1"))
    assert (data["encoding"], data["saved"], data["refused"]) == ("utf-8", 2, 1)
    (problem,) = data["problems"]
    assert problem["line"] == 4
    assert "neither UTF-8 nor CP949" in problem["reason"]


async def test_a_charset_that_is_not_read_is_refused_before_anything_is(served: Served) -> None:
    answer = await upload(served, GOOD, headers={"Content-Type": "text/csv; charset=latin-1"})
    assert (answer.status_code, "UTF-8 or CP949" in answer.json()["detail"]) == (415, True)


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+cmd|'/c calc'!A1"])
@pytest.mark.parametrize("column", ["question", "answer", "passage", "subject"])
async def test_a_formula_is_refused_in_every_column(served: Served, cell: str, column: str) -> None:
    entry = {"question": "What?", "answer": "this", column: cell}
    lines = [GOOD.splitlines()[0] + ",passage,subject", "What makes ATP?,the mitochondrion,,"]
    lines.append(",".join(f'"{entry.get(name, "")}"' for name in ("question", "answer", "passage", "subject")))
    data = await done(served, "\n".join(lines))
    (problem,) = data["problems"]
    assert (data["saved"], problem["line"], problem["column"]) == (1, 3, column)
    assert "begins like a formula" in problem["reason"]


async def test_a_mark_before_the_header_is_no_part_of_it(served: Served) -> None:
    assert (await done(served, "\ufeff" + GOOD))["saved"] == 2
    body = b'\xef\xbb\xbf[{"question": "What?", "answer": "that"}]'
    assert (await served.operator.post(UPLOAD, content=body, headers=JSON)).json()["data"]["saved"] == 1


async def test_nul_is_refused_by_the_line_in_csv_and_in_json(served: Served) -> None:
    data = await done(served, GOOD + "What is\0 NUL?,this\n")
    assert [(problem["line"], problem["column"]) for problem in data["problems"]] == [(4, "question")]
    body = r'[{"question": "What?", "answer": "a \u0000"}, {"question": "Which?", "answer": "b"}]'
    data = (await served.operator.post(UPLOAD, content=body, headers=JSON)).json()["data"]
    assert [(problem["line"], problem["column"]) for problem in data["problems"]] == [(1, "answer")]
    assert "NUL" in data["problems"][0]["reason"]
    assert await saved(served) == ["What holds DNA?", "What makes ATP?", "Which?"]


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        ("", CSV, "the file is empty"),
        ("\ufeff", CSV, "the file is empty"),
        ("\n\n", CSV, "no column for the question, no column for the answer"),
        ("", JSON, "the JSON is empty"),
        ("  ", JSON, "the JSON is empty"),
        ('{"questions": []}', JSON, ""),
        ("[]", JSON, ""),
        ('"text"', JSON, "neither a list nor an object"),
        ("question;answer\nWhat?;that\n", CSV, "it has: question;answer"),
        ("question,answer,subject,과목\n", CSV, "more than one column for the subject"),
        ("question,answer,Answer,보기1,choice_1\n", CSV, "more than one column for the choice_1"),
        ('{"questions": [{"question": "a", "question": "b", "answer": "c"}]}', JSON, "'question' is given twice"),
    ],
)
async def test_what_is_empty_or_names_things_twice_is_refused_as_a_whole(
    served: Served, body: str, headers: dict[str, str], words: str
) -> None:
    answer = await upload(served, body, headers=headers)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert await served.rows("select count(*) from question_set") == [(0,)]


async def test_a_key_that_a_json_object_has_twice_costs_that_element(served: Served) -> None:
    body = '[{"question": "a", "question": "b", "answer": "c"}, {"question": "d", "answer": "e"}]'
    data = (await served.operator.post(UPLOAD, content=body, headers=JSON)).json()["data"]
    said = {"code": "other", "values": {}, "reason": "the key 'question' is given twice"}
    assert data["problems"] == [{"line": 1, "column": None} | said]
    assert await saved(served) == ["d"]


async def test_a_body_that_breaks_off_saves_nothing_and_says_so_in_the_audit_log(served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    head = f"POST {UPLOAD} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n"
    secret = served.operator.headers["authorization"]
    writer.write(f"{head}Authorization: {secret}\r\n\r\n{GOOD}".encode())
    await writer.drain()
    writer.close()
    await reader.read()
    rows: list[tuple[str, ...]] = []
    async with asyncio.timeout(20):
        while not rows:
            rows = await served.rows("select outcome, error from audit_log where outcome <> 'begun'")
    assert rows[0][0] == "refused"
    assert "nothing was saved" in rows[0][1]
    assert await served.rows("select count(*) from question") == [(0,)]


async def test_lists_of_a_thousand_problems_are_cut_and_all_are_counted(served: Served) -> None:
    asked = [{"question": f"What is {n}?"} for n in range(1_500)] + [{"question": "What?", "answer": "that"}]
    data = (await served.operator.post(UPLOAD, content=json.dumps(asked), headers=JSON)).json()["data"]
    assert (data["refused"], len(data["problems"]), data["saved"]) == (1_500, 1_000, 1)
