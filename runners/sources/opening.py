"""Opens the source that the params of a ``collect`` step name. Decides the format; formats and places are elsewhere."""

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Literal, assert_never, cast

from runners.base import Column, Cursor, InvalidStep, RunnerSettings, StepRequest
from runners.fetch import Fetcher
from runners.sources.base import CHUNK_ROWS, Chunk, Format
from runners.sources.csv_file import CsvFormat, CsvOptions
from runners.sources.inline import InlineList
from runners.sources.json_array import JsonArray
from runners.sources.jsonl import JsonLines
from runners.sources.params import CollectParams, FileFormat
from runners.sources.parquet import ParquetFormat
from runners.sources.text import open_text
from runners.sources.thread import ReaderThread
from runners.storage import Kind, decompressed, kind_of, name_of, open_file, shown

_COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst"})
_SUFFIXES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
}


@dataclass(frozen=True, slots=True)
class Source:
    """An open source: its chunks, to be read once, and the columns, whole once the chunks are."""

    label: str
    chunks: AsyncGenerator[Chunk, None]
    columns: Callable[[], tuple[Column, ...]]


def open_source(request: StepRequest) -> AbstractAsyncContextManager[Source]:
    """Open what the params name; it is closed when the context ends, however it ends."""
    params: CollectParams = request.params
    if params.sql is not None:
        return _query(request, params, params.sql)
    if params.path is not None:
        return _file(params, params.path, request.settings)
    return _inline(params)


@asynccontextmanager
async def _query(request: StepRequest, params: CollectParams, sql: str) -> AsyncIterator[Source]:
    binds = {**request.values["params"], **params.bind}
    relations = await request.relations(named_in=sql)
    async with request.sql.query(sql, binds=binds, relations=relations) as cursor:
        yield Source("sql", _rows(cursor), lambda: cursor.columns)


async def _rows(cursor: Cursor) -> AsyncGenerator[Chunk, None]:
    async for rows in cursor.chunks(CHUNK_ROWS):
        yield Chunk(good=rows)


@asynccontextmanager
async def _inline(params: CollectParams) -> AsyncIterator[Source]:
    async with _reader_thread() as thread:
        values = InlineList(params.items or [])
        yield Source("items", thread.stream(values), values.columns)


@asynccontextmanager
async def _file(params: CollectParams, path: str, settings: RunnerSettings) -> AsyncIterator[Source]:
    async with _reader_thread() as thread:
        file_format = params.format or format_of(path)
        opened = await _open(path, settings, thread)
        reading = await _read_as(file_format, opened, params, thread)
        yield Source(shown(path), thread.stream(reading), reading.columns)


@asynccontextmanager
async def _reader_thread() -> AsyncIterator[ReaderThread]:
    thread = ReaderThread()
    try:
        yield thread
    finally:
        thread.end()


def format_of(path: str) -> FileFormat:
    """Tell the format from a path's suffix, one for compression aside.

    Raises:
        InvalidStep: it has none that is known.
    """
    suffixes = [suffix.lower() for suffix in PurePosixPath(name_of(path)).suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    if not suffixes or suffixes[-1] not in _SUFFIXES:
        raise InvalidStep(
            f"path: the name {shown(path)!r} does not tell the format; set `format` to csv, jsonl, json or parquet"
        )
    return _SUFFIXES[suffixes[-1]]


async def _open(path: str, settings: RunnerSettings, thread: ReaderThread) -> BinaryIO:
    if kind_of(path) is Kind.WEB:
        file = await _download(path, settings, thread)
        return await thread.open(decompressed, file, name=name_of(path))
    return await thread.open(open_file, path, settings)


async def _download(url: str, settings: RunnerSettings, thread: ReaderThread) -> BinaryIO:
    """Fetch into a nameless temporary file: whole before it is read, and a slow step keeps no server waiting."""
    file = cast("BinaryIO", await thread.open(tempfile.TemporaryFile))
    fetcher = await thread.call(Fetcher, allow_private=settings.allow_private_addresses, max_bytes=settings.max_bytes)
    thread.interrupt_with(fetcher.abort)
    blocks = await thread.open(fetcher.blocks, url)
    while await thread.call(_copy_block, blocks, file):
        pass
    thread.interrupt_with(None)
    await thread.call(file.seek, 0)
    return file


def _copy_block(blocks: Iterator[bytes], file: BinaryIO) -> bool:
    block = next(blocks, None)
    if block is None:
        return False
    file.write(block)
    return True


async def _read_as(file_format: FileFormat, file: BinaryIO, params: CollectParams, thread: ReaderThread) -> Format:
    if file_format == "parquet":
        return ParquetFormat(file)
    newline: Literal["", "\n"] = "" if file_format == "csv" else "\n"
    text = await thread.open(open_text, file, encoding=params.encoding, newline=newline)
    match file_format:
        case "csv":
            options = CsvOptions(params.delimiter, params.header, params.columns, params.types)
            return CsvFormat(text, options)
        case "jsonl":
            return JsonLines(text)
        case "json":
            return JsonArray(text)
        case _:
            assert_never(file_format)
