"""One data set in every format is the same rows; what a file cannot be says what is wrong and where."""

import asyncio
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from protos import embedding_stream_pb2 as pb
from services.embedding_server.chunks import Cut, chunks
from services.embedding_server.datasets.base import DataSet
from services.embedding_server.datasets.catalog import Catalog
from services.embedding_server.datasets.stored import InFile
from services.embedding_server.errors import DataSetBroken
from services.embedding_server.reference.making import job_postings
from services.embedding_server.reference.writing import Format, write
from tests.embedding_servers import ids_of, matrix_of, write_npz

ROOM = 10_000_000


async def data_set(path: Path, *, room: int = ROOM) -> DataSet:
    return await Catalog([f"data={path}"], max_bytes=room).get("data")


async def streamed(data: DataSet) -> list[pb.Chunk]:
    return [pb.Chunk.FromString(chunk) async for chunk in chunks(data, Cut.of(pb.StreamRequest(), data))]


@pytest.mark.parametrize("form", sorted(Format))
async def test_every_format_gives_the_same_rows(tmp_path: Path, form: Format) -> None:
    made = job_postings(1_100, dimensions=32, seed=3)
    data = await data_set(write(made, tmp_path, form=form))
    parts = await streamed(data)
    assert ids_of(parts) == made.ids
    assert np.array_equal(matrix_of(parts), made.matrix)
    assert [json.loads(row.metadata) for part in parts for row in part.rows] == list(map(json.loads, made.metadata))
    assert data.table.model == ("" if form is Format.JSONL else "hashing")


async def test_an_npz_and_a_large_array_of_a_pickle_take_no_memory(tmp_path: Path) -> None:
    made = job_postings(1_000, dimensions=64, seed=3)
    for form in (Format.NPZ, Format.PKL):
        data = await data_set(write(made, tmp_path, form=form))
        assert isinstance(data.table.vectors.block, InFile)


@pytest.mark.parametrize("dtype", [">f4", "<f8", "<f2", "|i1", "<u4"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
async def test_numbers_of_any_kind_and_order_are_sent_as_little_endian_floats(
    tmp_path: Path, dtype: str, order: Any, save: Callable[..., None]
) -> None:
    vectors = np.arange(60).reshape(20, 3).astype(dtype, order=order)
    save(tmp_path / "data.npz", ids=np.arange(20), embeddings=vectors)
    parts = await streamed(await data_set(tmp_path / "data.npz"))
    assert ids_of(parts) == [str(n) for n in range(20)]
    assert np.array_equal(matrix_of(parts), np.arange(60).reshape(20, 3))


@pytest.mark.parametrize(
    ("arrays", "why"),
    [
        ({"embeddings": np.ones((2, 2))}, "there are no arrays 'ids' and 'embeddings'; there are: embeddings"),
        ({"ids": np.array(["a"]), "embeddings": np.ones((2, 2))}, "there are 2 vectors, and 1 ids"),
        ({"ids": np.array(["a", "b"]), "embeddings": np.ones(2)}, "must be rows x dimensions numbers"),
        ({"ids": np.array(["a", "b"]), "embeddings": np.ones((2, 0))}, "the vectors have 0 dimensions"),
        ({"ids": np.array(["a", "b"]), "embeddings": np.array([["1"], ["2"]])}, "must be rows x dimensions numbers"),
        ({"ids": np.array([1.5, 2.5]), "embeddings": np.ones((2, 2))}, "ids is an array of (2,) float64"),
        ({"ids": np.array([["a"], ["b"]]), "embeddings": np.ones((2, 2))}, "it must be a list of texts"),
        ({"ids": np.array(["a", "b"]), "embeddings": np.ones((2, 2, 2))}, "neither a list nor a matrix"),
        (
            {"ids": np.array(["a", "b"]), "embeddings": np.ones((2, 2)), "metadata": np.array([{}, {}])},
            "holds more than plain numbers or characters",
        ),
        ({"ids": np.array(["a", "b"], dtype=object), "embeddings": np.ones((2, 2))}, "holds more than plain numbers"),
    ],
)
async def test_an_npz_that_is_no_data_set_says_why(tmp_path: Path, arrays: dict[str, Any], why: str) -> None:
    np.savez(tmp_path / "data.npz", **arrays)
    with pytest.raises(DataSetBroken) as refused:
        await data_set(tmp_path / "data.npz")
    assert str(refused.value).startswith("data.npz: ")
    assert why in str(refused.value)


@pytest.mark.parametrize("compressed", [False, True])
async def test_an_npz_that_is_cut_anywhere_is_refused(tmp_path: Path, compressed: bool) -> None:
    write_npz(tmp_path / "whole.npz", 3, 2)
    if compressed:
        np.savez_compressed(tmp_path / "whole.npz", ids=np.arange(3), embeddings=np.ones((3, 2)))
    whole = (tmp_path / "whole.npz").read_bytes()
    for length in range(0, len(whole), 7):
        (tmp_path / "cut.npz").write_bytes(whole[:length])
        with pytest.raises(DataSetBroken):
            await data_set(tmp_path / "cut.npz")


async def test_a_member_that_unfolds_into_too_much_is_not_unpacked(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "data.npz", ids=np.arange(1_000), embeddings=np.zeros((1_000, 20_000), np.float32))
    assert (tmp_path / "data.npz").stat().st_size < 200_000
    with pytest.raises(DataSetBroken, match="comes to more than 10,000,000 bytes in memory"):
        await data_set(tmp_path / "data.npz")


async def test_a_member_that_says_it_lies_elsewhere_is_refused(tmp_path: Path) -> None:
    write_npz(tmp_path / "data.npz", 3, 2)
    raw = bytearray((tmp_path / "data.npz").read_bytes())
    with zipfile.ZipFile(tmp_path / "data.npz") as members:
        offset = members.getinfo("embeddings.npy").header_offset
    raw[offset + 26 : offset + 30] = b"\xff" * 4
    (tmp_path / "data.npz").write_bytes(raw)
    with pytest.raises(DataSetBroken, match=r"it is damaged, or no \.npz"):
        await data_set(tmp_path / "data.npz")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[1, 2]", "line 2: a list where a row is expected"),
        ('"text"', "line 2: a str where a row is expected"),
        ('{"id": "b"}', "line 2: there is no 'embedding'"),
        ('{"embedding": [1, 2]}', "line 2: there is no 'id'"),
        ('{"id": "b", "embedding": [1, 2', "line 2: Expecting ',' delimiter"),
        ('{"id": "b", "embedding": [1]}', "line 2: the vector has 1 dimensions, those before have 2"),
        ('{"id": "b", "embedding": [1, 2, 3]}', "line 2: the vector has 3 dimensions, those before have 2"),
        ('{"id": "b", "embedding": []}', "line 2: the vector has 0 dimensions, those before have 2"),
        ('{"id": "b", "embedding": [1, null]}', "line 2: a vector holds numbers only"),
        ('{"id": "b", "embedding": [1, "2"]}', "line 2: a vector holds numbers only"),
        ('{"id": "b", "embedding": [1, [2]]}', "line 2: a vector holds numbers only"),
        ('{"id": "b", "embedding": [1, 1' + "0" * 400 + "]}", "line 2: a vector holds numbers only"),
        ('{"id": "b", "embedding": {"0": 1}}', "line 2: a vector is a list of numbers, not dict"),
        ('{"id": null, "embedding": [1, 2]}', "line 2: an id is a text or a whole number, not None"),
        ('{"id": "\\ud800", "embedding": [1, 2]}', "line 2: 'utf-8' codec can't encode"),
        ("[" * 100_000, "line 2: "),
        ("\xff", "line 2: "),
    ],
)
async def test_a_line_that_is_no_row_is_named(tmp_path: Path, line: str, why: str) -> None:
    (tmp_path / "data.jsonl").write_bytes(b'{"id": "a", "embedding": [1, 2]}\n' + line.encode("latin1"))
    with pytest.raises(DataSetBroken) as refused:
        await data_set(tmp_path / "data.jsonl")
    assert str(refused.value).startswith(f"data.jsonl: {why}")


async def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_bytes(b'{"id": "a", "embedding": [1, 2], "metadata": "' + b"x" * 17_000_000)
    with pytest.raises(DataSetBroken, match="line 1 is longer than 16,000,000 bytes"):
        await data_set(tmp_path / "data.jsonl", room=10**9)


async def test_lines_come_out_of_the_allowance(tmp_path: Path) -> None:
    row = json.dumps({"id": "a", "embedding": [1.0] * 1_000}) + "\n"
    (tmp_path / "data.jsonl").write_text(row * 3_000)
    with pytest.raises(DataSetBroken, match="comes to more than 10,000,000 bytes in memory"):
        await data_set(tmp_path / "data.jsonl")


async def test_fields_of_other_names_are_the_metadata_where_there_is_none(tmp_path: Path) -> None:
    rows = [
        {"id": 7, "vector": [1, 2], "title": "Köchin", "pay": 3.5},
        {"id": "b", "embedding": [1, 2], "metadata": {"x": 1}, "title": "not read"},
        {"id": "c", "embedding": [1, 2], "metadata": None},
    ]
    (tmp_path / "data.jsonl").write_text("\n\n".join(map(json.dumps, rows)) + "\n")
    (part,) = await streamed(await data_set(tmp_path / "data.jsonl"))
    assert [(row.id, row.metadata) for row in part.rows] == [
        ("7", '{"title": "Köchin", "pay": 3.5}'), ("b", '{"x": 1}'), ("c", "{}")
    ]  # fmt: skip


def write_parquet(path: Path, **columns: Any) -> None:
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


async def test_the_columns_of_a_parquet_file_may_be_of_many_types(tmp_path: Path) -> None:
    vectors = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    kinds = [
        pyarrow.list_(pyarrow.float32()), pyarrow.list_(pyarrow.float64()), pyarrow.list_(pyarrow.float32(), 2),
        pyarrow.list_(pyarrow.float16()), pyarrow.large_list(pyarrow.float32()), pyarrow.list_(pyarrow.int32()),
    ]  # fmt: skip
    for number, kind in enumerate(kinds):
        path = tmp_path / f"{number}.parquet"
        write_parquet(path, id=[1, 2, 3], embedding=pyarrow.array(vectors, kind), city=["a", None, "ü"], n=[1, 2, 3])
        (part,) = await streamed(await data_set(path))
        assert matrix_of([part]).tolist() == vectors, kind
        assert [row.metadata for row in part.rows][2] == '{"city": "ü", "n": 3}'


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"id": ["a"], "x": [1]}, "there are no columns 'id' and 'embedding'; there are: id, x"),
        ({"id": ["a", "b"], "embedding": [[1.0, 2.0], [1.0]]}, "row 1: the vector has 1 dimensions"),
        ({"id": ["a", "b"], "embedding": [[1.0, 2.0], None]}, "row 1: a vector is a list of numbers, not None"),
        ({"id": ["a", None], "embedding": [[1.0], [1.0]]}, "row 1: an id is a text or a whole number, not None"),
        ({"id": ["a"], "embedding": ["text"]}, "row 0: a vector is a list of numbers, not 'text'"),
        ({"id": ["a"], "embedding": [["text"]]}, "row 0: a vector is a list of numbers"),
    ],
)
async def test_a_parquet_file_that_is_no_data_set_says_why(tmp_path: Path, columns: dict[str, Any], why: str) -> None:
    write_parquet(tmp_path / "data.parquet", **columns)
    with pytest.raises(DataSetBroken) as refused:
        await data_set(tmp_path / "data.parquet")
    assert why in str(refused.value)


async def test_a_parquet_file_that_is_cut_is_refused(tmp_path: Path) -> None:
    write_parquet(tmp_path / "whole.parquet", id=["a"] * 100, embedding=[[1.0, 2.0]] * 100)
    whole = (tmp_path / "whole.parquet").read_bytes()
    for length in (0, 3, 4, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.parquet").write_bytes(whole[:length])
        with pytest.raises(DataSetBroken, match="it is damaged, or no Parquet"):
            await data_set(tmp_path / "cut.parquet")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (["nowhere"], "--data nowhere: there is nothing at nowhere"),
        (["jobs=nowhere.npz"], "there is nothing at nowhere.npz"),
        (["{folder}/notes.txt"], "a data set is a file ending in .jsonl, .npz, .parquet, .pickle, .pkl"),
        (["jobs={folder}"], "a folder names its data sets by their files"),
        (["{folder}/a.npz", "{folder}/a.jsonl"], "two files are named 'a', a.npz and a.jsonl; rename one"),
        (["x={folder}/a.npz", "x={folder}/a.jsonl"], "two files are named 'x'"),
    ],
)
def test_what_data_says_is_checked_at_the_start(tmp_path: Path, data: list[str], why: str) -> None:
    for name in ("notes.txt", "a.npz", "a.jsonl"):
        (tmp_path / name).write_text("")
    with pytest.raises(ValueError, match=r"--data|two files") as refused:
        Catalog([each.format(folder=tmp_path) for each in data], max_bytes=ROOM)
    assert why in str(refused.value)


async def test_a_reading_goes_on_for_others_when_the_call_that_began_it_is_cancelled(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 10)
    catalog = Catalog([str(tmp_path)], max_bytes=ROOM)
    first, second = (asyncio.create_task(catalog.get("jobs")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).rows == 10
