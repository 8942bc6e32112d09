"""The data sets of a server: which files they are, and what was read of them. One reading serves all calls.

A file that is replaced is read anew by the first call that meets it. Calls that read the former one go on with it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from services.embedding_server.datasets import jsonl, npz, parquet, pkl
from services.embedding_server.datasets.allowance import Allowance
from services.embedding_server.datasets.base import DataSet, Table
from services.embedding_server.datasets.source import Signature, Source
from services.embedding_server.errors import DataSetBroken, DataSetUnreadable, UnknownDataSet

_READERS: Mapping[str, Callable[..., Table]] = {
    ".jsonl": jsonl.read,
    ".npz": npz.read,
    ".parquet": parquet.read,
    ".pickle": pkl.read,
    ".pkl": pkl.read,
}

_Read: TypeAlias = DataSet | DataSetBroken | DataSetUnreadable


@dataclass(frozen=True, slots=True)
class _Entry:
    signature: Signature
    reading: "asyncio.Task[_Read]"


class Catalog:
    """Data sets by name. A folder is looked through at each call, since files come and go."""

    def __init__(self, places: Sequence[str], *, max_bytes: int) -> None:
        """Take what ``--data`` said: folders, files, or ``name=file``.

        Raises:
            ValueError: there is nothing at one of them, or two data sets have one name.
        """
        self._places = [_place(place) for place in places]
        self._max_bytes = max_bytes
        self._entries: dict[str, _Entry] = {}
        self.paths()

    def paths(self) -> dict[str, Path]:
        """Return the file of each data set, by name.

        Raises:
            ValueError: two have one name.
        """
        found: dict[str, Path] = {}
        for name, place in self._places:
            for path in _files(place):
                chosen = name or path.stem
                if chosen in found:
                    raise ValueError(
                        f"two files are named {chosen!r}, {found[chosen].name} and {path.name}; rename one"
                    )
                found[chosen] = path
        return dict(sorted(found.items()))

    async def get(self, name: str) -> DataSet:
        """Return the data set as its file is now.

        Raises:
            UnknownDataSet: there is none of this name; the message names those there are.
            DataSetBroken: its file is no data set.
            DataSetUnreadable: its file cannot be read now.
        """
        path, signature = await asyncio.to_thread(self._find, name)
        entry = self._entries.get(name)
        if entry is None or entry.signature != signature:
            # A reading goes on when the call that began it is cancelled: another one may wait for it.
            entry = _Entry(signature, asyncio.create_task(asyncio.to_thread(self._read, name, path)))
            self._entries[name] = entry
        read = await asyncio.shield(entry.reading)
        match read:
            case DataSet():
                return read
            case DataSetUnreadable():
                self._entries.pop(name, None)
        raise read.with_traceback(None)

    def _find(self, name: str) -> tuple[Path, Signature]:
        try:
            known = self.paths()
            if name not in known:
                raise UnknownDataSet(name, list(known))
            return known[name], Signature.of(known[name])
        except (OSError, ValueError) as error:
            raise DataSetUnreadable(f"the data set {name[:200]!r}", error) from error

    def _read(self, name: str, path: Path) -> _Read:
        """Read a file. What it is refused for is a result too: it is not read again before it has changed."""
        try:
            source = Source(path)
            version = source.version()
            table = _READERS[path.suffix](source, allowance=Allowance(path.name, limit=self._max_bytes))
            source.check()
        except (DataSetBroken, DataSetUnreadable) as error:
            return error
        except OSError as error:
            return DataSetUnreadable(path.name, error.strerror or error)
        return DataSet(name, version, table, source)


def _place(said: str) -> tuple[str | None, Path]:
    """Read ``name=path`` or ``path``; a path that is there as it stands may have a ``=`` of its own."""
    name, separator, rest = said.partition("=")
    if separator and not Path(said).exists():
        chosen, path = name.strip(), Path(rest)
        if not chosen or path.is_dir():
            raise ValueError(
                f"--data {said}: a name and a file are expected; a folder names its data sets by their files"
            )
    else:
        chosen, path = None, Path(said)
    if not path.exists():
        raise ValueError(f"--data {said}: there is nothing at {path}")
    if path.is_file() and path.suffix not in _READERS:
        raise ValueError(f"--data {said}: a data set is a file ending in {', '.join(_READERS)}")
    return chosen, path


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(path for path in place.iterdir() if path.suffix in _READERS and path.is_file())
    return [place]
