"""The data set of an embedding server as a source: its stream, called again from where it broke.

Decides what of a stream can be believed: rows come in order, none is left out, none comes twice, all of one version.
"""

from collections.abc import AsyncIterator

from protos import embedding_stream_pb2 as pb
from runners.base import BadData, InvalidStep, Json
from runners.embedding.blocks import Block
from runners.embedding.line import Line
from runners.embedding.params import ChunkParams, StreamParams
from runners.embedding.sources import Description
from runners.embedding.spans import Span
from runners.streams.client import EmbeddingClient, Wanted
from runners.streams.decoding import read_block
from runners.streams.errors import DataSetChanged, StreamBroken


class StreamSource:
    """One data set of one server."""

    def __init__(self, client: EmbeddingClient, params: StreamParams, *, line: Line, chunk: ChunkParams) -> None:
        self._client = client
        self._params = params
        self._line = line
        self._chunk = chunk

    @property
    def name(self) -> str:
        return f"{self._params.address}/{self._params.data_set}"

    @property
    def reconnects(self) -> int:
        return self._line.reconnects

    async def describe(self) -> Description:
        """Ask the server what it has.

        Raises:
            InvalidStep: it has another version than the step wants.
        """
        while True:
            try:
                found = await self._client.describe(self._params.data_set)
                break
            except StreamBroken as broken:
                await self._line.broke(broken)
        if self._params.version is not None and found.version != self._params.version:
            raise InvalidStep(
                f'version: {self.name} is of version "{found.version}" now, not "{self._params.version}"; '
                "change version, or leave it out to take what there is"
            )
        return Description(version=found.version, rows=found.rows, dimensions=found.dimensions, model=found.model)

    async def blocks(self, of: Description, span: Span, *, after: Json) -> AsyncIterator[Block]:
        """Yield the rows; what was yielded is not asked for again, however often the stream breaks.

        Raises:
            BadData: the server does not keep to the protocol.
            DataSetChanged: it has another version now.
            Resting, TransientFailure: it does not answer.
        """
        first, end = span.rows(of.rows)
        row = first if after is None else int(after) + 1
        while row < end:
            try:
                async for chunk in self._client.chunks(self._wanted(of, row, end)):
                    self._check(chunk, of, row=row, end=end)
                    await self._line.worked()
                    if chunk.rows:
                        yield read_block(chunk, dimensions=of.dimensions)
                        row += len(chunk.rows)
            except StreamBroken as broken:
                await self._line.broke(broken)
            else:
                if row < end:
                    await self._line.broke(StreamBroken(f"the stream of {self.name} ended at row {row} of {end}"))

    def _wanted(self, of: Description, row: int, end: int) -> Wanted:
        return Wanted(
            data_set=self._params.data_set,
            version=of.version,
            first=row,
            end=end,
            chunk_rows=self._chunk.most,
            chunk_bytes=min(self._chunk.max_mb, self._params.max_message_mb) * 2**20,
        )

    def _check(self, chunk: pb.Chunk, of: Description, *, row: int, end: int) -> None:
        if chunk.version != of.version:
            raise DataSetChanged(
                f'{self.name} went from version "{of.version}" to "{chunk.version}" in its stream; '
                "the next attempt begins with the version that it has now"
            )
        if chunk.first_row != row or row + len(chunk.rows) > end:
            raise BadData(
                f"{self.name} sent rows {chunk.first_row} to {chunk.first_row + len(chunk.rows) - 1} where {row} to at "
                f"most {end - 1} were due; what came before is loaded. Mend the server: a chunk begins where one ended"
            )
