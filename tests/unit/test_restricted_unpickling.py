"""Pickles are read as data: what plain data and arrays need is understood, everything else is refused and never run."""

import builtins
import collections
import datetime
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.embedding_server.datasets import pkl
from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.base import Table
from services.embedding_server.datasets.pickled import PickledArray, PickleRefused
from services.embedding_server.datasets.source import Source
from services.embedding_server.datasets.unpickling import read_pickle
from services.embedding_server.errors import DataSetBroken

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
ROOM = 10_000_000


def read(folder: Path, pickled: bytes, *, room: int = ROOM) -> Any:
    """Read a pickle as the server does, up to what it makes of it."""
    (folder / "data.pkl").write_bytes(pickled)
    return read_pickle(Source(folder / "data.pkl"), allowance=Allowance("data.pkl", limit=room))


def table(folder: Path, held: Any, *, protocol: int = 4, room: int = ROOM) -> Table:
    (folder / "data.pkl").write_bytes(held if isinstance(held, bytes) else pickle.dumps(held, protocol))
    return pkl.read(Source(folder / "data.pkl"), allowance=Allowance("data.pkl", limit=room))


class Calls:
    """Pickled as a call of a function."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._reduced = function, arguments

    def __reduce__(self) -> Any:
        return self._reduced


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "value",
    [
        None, True, -1, 2**70, 1.5, "Zürich 💼", b"bytes", "x" * 100_000, [1, [2, [3]]], {"a": (1, 2, 3, 4)}, (), [],
        {}, collections.OrderedDict(a=1, b=2), [["same"] * 3] * 2, np.float64(2.5), np.int32(7), np.str_("ü"),
    ],
    ids=repr,
)  # fmt: skip
def test_plain_data_is_read_as_pickle_reads_it(tmp_path: Path, protocol: int, value: Any) -> None:
    assert read(tmp_path, pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4", "<f8", "<i8", "|u1", "<U5", "|S5", "|b1"])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 5), (40, 500)])
def test_arrays_are_read_as_numpy_reads_them(tmp_path: Path, protocol: int, dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(int(np.prod(shape))).reshape(shape).astype(dtype)
    for given_, order in ((array, "C"), (np.asfortranarray(array), "F")):
        held = read(tmp_path, pickle.dumps([given_, given_], protocol))
        assert all(isinstance(each, PickledArray) for each in held), order
        assert held[0].array.dtype == array.dtype
        assert np.array_equal(held[0].array.all().reshape(shape), array), order


def test_a_large_array_stays_in_the_file(tmp_path: Path) -> None:
    matrix = np.ones((100, 1536), np.float32)
    assert matrix.nbytes > 600_000
    for protocol in (3, 4, 5):
        held = read(tmp_path, pickle.dumps(matrix, protocol), room=0)
        assert np.array_equal(held.array.part(98, 100), matrix[98:])


# A hostile pickle would leave this file behind.
MARK = "hostile-pickle-was-run"
SHELL = f"touch {MARK}"

HOSTILE = {
    "os.system": Calls(os.system, SHELL),
    "builtins.eval": Calls(eval, f"open({MARK!r}, 'w')"),
    "builtins.exec": Calls(exec, f"open({MARK!r}, 'w')"),
    "builtins.open": Calls(builtins.open, MARK, "w"),
    "builtins.getattr": Calls(getattr, "", "format"),
    "builtins.__import__": Calls(__import__, "os"),
    "subprocess.Popen": Calls(subprocess.Popen, SHELL),
    "pickle.loads": Calls(pickle.loads, pickle.dumps(1)),
    "numpy.load": Calls(np.load, "other.npy"),
    "numpy.zeros": Calls(np.zeros, 10**12),
    "numpy.frombuffer": Calls(np.frombuffer, b"1234"),
    "numpy.memmap": Calls(np.memmap, MARK, "u1", "w+"),
    "datetime.datetime": datetime.datetime(2026, 1, 1),  # noqa: DTZ001
    "decimal.Decimal": Decimal("1.5"),
    "pathlib": Path("somewhere"),
    "inside a list": [1, {"a": Calls(os.system, SHELL)}],
    "as a key": {Calls(os.system, SHELL): 1},
    "array of objects": np.array([Calls(os.system, SHELL)], dtype=object),
    "array of texts as objects": np.array(["a", "b"], dtype=object),
    "structured array": np.zeros(3, dtype=[("a", "f4"), ("b", "O")]),
    "array of dates": np.array(["2026-01-01"], dtype="datetime64[D]"),
    "cube": np.zeros((2, 2, 2)),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_what_is_not_data_is_refused_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, protocol: int
) -> None:
    pickled = pickle.dumps(HOSTILE[what], protocol)
    monkeypatch.chdir(tmp_path)
    with pytest.raises((PickleRefused, DataSetBroken)):
        table(tmp_path, pickled)
    assert not (tmp_path / MARK).exists()


@pytest.mark.parametrize(
    ("pickled", "why"),
    [
        (b"cos\nsystem\n(S'touch x'\ntR.", "it names os.system"),
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85R.", "it names os.system"),
        (b"\x80\x04\x8c\x05numpy\x8c\x0edtype.__call__\x93.", "it names numpy.dtype.__call__"),
        (b"cnumpy.f2py.crackfortran\ngetlincoef\n(S'1'\n}tR.", "it names numpy.f2py.crackfortran.getlincoef"),
        (b"cnumpy.testing._private.utils\nrunstring\n(S'1'\n}tR.", "it names numpy.testing._private.utils.runstring"),
        (b"\x80\x04\x8c\x00\x8c\x00\x93.", "it names ., which"),
        (b"(S'touch x'\nios\nsystem\n.", "damaged"),  # INST
        (b"(cnumpy\ndtype\nS'f4'\no.", "damaged"),  # OBJ
        (b"\x80\x02cnumpy\ndtype\n)\x81.", "damaged"),  # NEWOBJ
        (b"\x80\x04cnumpy\ndtype\n)}\x92.", "damaged"),  # NEWOBJ_EX
        (b"Pid\n.", "damaged"),  # PERSID
        (b"\x80\x02I1\nQ.", "damaged"),  # BINPERSID
        (b"\x80\x02\x82\x01.", "damaged"),  # EXT1: a class that some import registered
        (b"\x80\x05\x97.", "damaged"),  # NEXT_BUFFER
        (b"(S'f4'\nt(tR.", "it calls something that has no name"),  # a tuple is called
        (b"cnumpy\ndtype\n(S'f4'\ntR(tR.", "it calls something that has no name"),  # what a call made is called
        (b"]}S'__class__'\nS'x'\nsb.", "it gives a state to a list"),
        (b"cnumpy\ndtype\n}S'make'\nNsb.", "it gives a state to a Name"),  # to a name, to change what it stands for
        (b"cnumpy\ndtype\n(S'O8'\ntR.", "it holds an array of type 'O8'"),
        (b"cnumpy\ndtype\n(S'f4,f4'\ntR.", "it holds an array of type 'f4,f4'"),
        (b"cnumpy\nndarray\n(I9\ntR.", "in a way that numpy's pickles do not"),
        (b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\n(I0\ntS'b'\ntR.", "in a way that numpy's"),
        (b"c_codecs\nencode\n(V\\u0041\nS'rot13'\ntR.", "it encodes a str as 'rot13'"),
        (b"ccollections\nOrderedDict\n(](I1\nI2\ntatR.", "damaged"),  # with arguments
        (b"\x80\x63.", "damaged"),  # a protocol that there is not
        (b"\xff\xff", "damaged"),
        (b".", "damaged"),
        (b"\x80\x04", "damaged"),
    ],
)
def test_tricks_are_refused(tmp_path: Path, pickled: bytes, why: str) -> None:
    with pytest.raises(PickleRefused, match=why.replace("(", r"\(").replace(".", r"\.")):
        read(tmp_path, pickled)


def array_pickle(dtype: bytes, shape: tuple[int, ...], data: bytes) -> bytes:
    """Return the pickle of an array that may lie about its shape."""
    lengths = b"(" + b"".join(b"L%dL\n" % length for length in shape) + b"t"
    made = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntC\x01btR"
    type_ = b"cnumpy\ndtype\n(S'%s'\nI00\nI01\ntR" % dtype
    return (
        b"\x80\x03" + made + b"(I1\n" + lengths + type_ + b"I00\n" + b"B" + struct.pack("<I", len(data)) + data + b"tb."
    )


@pytest.mark.parametrize(
    ("dtype", "shape"),
    [(b"f4", (10**15,)), (b"f4", (-1, -2)), (b"f4", (2**40, 2**40)), (b"S0", (10**18,)), (b"U0", (5,)), (b"f4", (1,))],
)
def test_an_array_that_lies_about_its_shape_is_refused(tmp_path: Path, dtype: bytes, shape: tuple[int, ...]) -> None:
    assert read(tmp_path, array_pickle(b"f4", (2,), b"12345678")).array.shape == (2,)
    with pytest.raises(PickleRefused):
        read(tmp_path, array_pickle(dtype, shape, b"12345678"))


BOMBS = [
    b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b"x.",  # BINBYTES8: a terabyte that is not there
    b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"x.",  # BINUNICODE8
    b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b"x.",  # BYTEARRAY8
    b"\x80\x04\x95" + struct.pack("<Q", 2**60) + b"N.",  # FRAME
    b"\x80\x04\x8e" + b"\xff" * 8 + b"x.",
    b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"x.",  # LONG4
    b"\x80\x02]r" + struct.pack("<I", 2**32 - 1) + b"0" + b"N.",  # LONG_BINPUT: the C reader takes 64 GB for it
    b"I" + b"9" * 100_000 + b"\n.",
]


def test_small_files_get_no_large_memory(tmp_path: Path) -> None:
    for number, pickled in enumerate(BOMBS):
        (tmp_path / f"bomb-{number}.pkl").write_bytes(pickled)
    code = """
import resource, sys
from pathlib import Path
from services.embedding_server.datasets import pkl
from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.source import Source
from services.embedding_server.errors import DataSetBroken
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        pkl.read(Source(path), allowance=Allowance(path.name, limit=10_000_000))
    except DataSetBroken as error:
        print(error)
peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]  # ru_maxrss would be inherited over the exec
print(int(peak) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    *said, megabytes = done.stdout.splitlines()
    assert [line.split(": ")[0] for line in said] == [f"bomb-{number}.pkl" for number in range(len(BOMBS))]
    assert int(megabytes) < 200


def test_what_is_made_again_and_again_comes_out_of_one_allowance(tmp_path: Path) -> None:
    text = b"\x80\x04X" + struct.pack("<I", 50_000) + b"x" * 50_000 + b"\x940"
    encode = text + b"c_codecs\nencode\n\x940](" + b"h\x01(h\x00S'latin1'\ntR" * 1_000 + b"e."
    with pytest.raises(DataSetBroken, match="comes to more than 10,000,000 bytes"):
        read(tmp_path, encode)


def test_rows_that_are_one_row_many_times_come_out_of_one_allowance(tmp_path: Path) -> None:
    row = {"id": "a", "embedding": np.ones(100_000, np.float32), "metadata": {}}
    with pytest.raises(DataSetBroken, match="comes to more than 10,000,000 bytes"):
        table(tmp_path, [row] * 1_000)


def test_metadata_that_unfolds_without_end_is_refused(tmp_path: Path) -> None:
    laughs: list[Any] = ["ha"] * 10
    for _ in range(20):
        laughs = [laughs] * 10
    with pytest.raises(DataSetBroken, match="row 0: metadata is larger than"):
        table(tmp_path, [{"id": "a", "embedding": [1.0], "metadata": {"laughs": laughs}}])
    endless: dict[str, Any] = {}
    endless["me"] = endless
    with pytest.raises(DataSetBroken, match="row 0: metadata is larger than"):
        table(tmp_path, [{"id": "a", "embedding": [1.0], "metadata": endless}])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_pickle_that_is_changed_anywhere_is_read_or_refused_and_nothing_else(
    tmp_path: Path, data: st.DataObject
) -> None:
    good = pickle.dumps({"ids": ["a", "b"], "embeddings": np.ones((2, 3), np.float32), "metadata": [{"n": 1}, None]}, 4)
    at = data.draw(st.integers(0, len(good) - 1))
    changed = good[:at] + data.draw(st.binary(min_size=0, max_size=4)) + good[at + data.draw(st.integers(0, 3)) :]
    try:
        held = table(tmp_path, changed)
    except DataSetBroken:
        return
    assert held.vectors.rows == len(held.ids.part(0, held.vectors.rows))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_end_that_comes_too_early_is_noticed(tmp_path: Path, protocol: int) -> None:
    good = pickle.dumps({"ids": ["a", "b"], "embeddings": np.ones((2, 3), np.float32)}, protocol)
    for length in range(len(good)):
        with pytest.raises(DataSetBroken):
            table(tmp_path, good[:length])


VECTORS = np.arange(6, dtype=np.float32).reshape(3, 2)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "held",
    [
        {"ids": ["a", "b", "c"], "embeddings": VECTORS, "metadata": [{"n": n} for n in range(3)], "model": "m"},
        {
            "ids": np.array(["a", "b", "c"]),
            "vectors": VECTORS.tolist(),
            "metadata": [f'{{"n": {n}}}' for n in range(3)],
        },
        {
            "id": ("a", "b", "c"),
            "embedding": VECTORS.astype("f8"),
            "metadata": np.array(['{"n": 0}', '{"n": 1}', '{"n": 2}']),
        },
        {"ids": ["a", "b", "c"], "embeddings": list(VECTORS), "metadata": [{"n": n} for n in range(3)]},
        {"ids": ["a", "b", "c"], "embeddings": np.asfortranarray(VECTORS), "metadata": [{"n": n} for n in range(3)]},
        [{"id": row_id, "embedding": VECTORS[n], "metadata": {"n": n}} for n, row_id in enumerate("abc")],
        [{"id": row_id, "vector": VECTORS[n].tolist(), "n": n} for n, row_id in enumerate("abc")],
    ],
    ids=["array", "lists", "doubles", "arrays", "by columns", "rows", "rows with fields"],
)
def test_every_documented_shape_is_the_same_table(tmp_path: Path, protocol: int, held: Any) -> None:
    read_ = table(tmp_path, held, protocol=protocol)
    assert np.array_equal(read_.vectors.all(), VECTORS)
    assert list(read_.ids.part(0, 3)) == ["a", "b", "c"]
    assert list(read_.metadata.part(0, 3)) == ['{"n": 0}', '{"n": 1}', '{"n": 2}']


def test_vectors_by_id_are_a_table_without_metadata(tmp_path: Path) -> None:
    read_ = table(tmp_path, {"a": VECTORS[0], 7: [4.0, 5.0]})
    assert (list(read_.ids.part(0, 2)), list(read_.metadata.part(0, 2))) == (["a", "7"], ["{}", "{}"])
    assert read_.vectors.all().tolist() == [[0, 1], [4, 5]]


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (VECTORS, "it holds a PickledArray; expected are"),
        ("text", "it holds a str; expected are"),
        ({"ids": ["a"], "embeddings": VECTORS}, "there are 3 vectors; ids must be a list of as many"),
        ({"ids": "abc", "embeddings": VECTORS}, "ids must be a list"),
        ({"ids": ["a", "b", None], "embeddings": VECTORS}, "row 2: an id is a text or a whole number, not None"),
        ({"ids": ["a", "b", "\ud800"], "embeddings": VECTORS}, "row 2: 'utf-8' codec can't encode"),
        ({"ids": ["a", "b", "c"], "embeddings": VECTORS, "metadata": [{}]}, "metadata must be a list of as many"),
        ({"ids": ["a", "b", "c"], "embeddings": VECTORS, "metadata": [{}, {}, {1}]}, "row 2: the metadata cannot be"),
        ({"ids": ["a", "b", "c"], "embeddings": VECTORS[0]}, "must be rows x dimensions numbers"),
        ({"ids": ["a"], "embeddings": np.array([["x"]])}, "must be rows x dimensions numbers"),
        ({"ids": ["a", "b"], "embeddings": "ab"}, "the embeddings are a str; an array is expected"),
        ([{"id": "a", "embedding": [1]}, {"id": "b", "embedding": [1, 2]}], "row 1: the vector has 2 dimensions"),
        ([{"id": "a", "embedding": []}], "row 0: the vector has 0 dimensions"),
        ([{"id": "a", "embedding": ["1"]}], "row 0: a vector holds numbers only"),
        ([{"id": "a", "embedding": "12"}], "row 0: a vector is a list of numbers, not '12'"),
        ([{"id": "a", "embedding": np.array(["x"])}], "row 0: a vector is a list of numbers, not ndarray"),
        ([{"id": "a"}], "row 0: there is no 'embedding'"),
        ([{"embedding": [1]}], "row 0: there is no 'id'"),
        ([["a", [1]]], "row 0 is a list; a dict is expected"),
        ([{"id": 1.5, "embedding": [1]}], "row 0: an id is a text or a whole number, not 1.5"),
        ([{"id": True, "embedding": [1]}], "row 0: an id is a text or a whole number, not True"),
    ],
)
def test_other_shapes_say_what_is_wrong_and_where(tmp_path: Path, held: Any, why: str) -> None:
    with pytest.raises(DataSetBroken) as refused:
        table(tmp_path, held)
    assert str(refused.value).startswith("data.pkl: ")
    assert why in str(refused.value)
