"""What a call can be refused for, one class for each thing that a client can do about it. Knows nothing of gRPC.

``answering`` says which status each of them becomes.
"""

from collections.abc import Sequence

from definitions.errors import did_you_mean

_MOST_NAMES = 20


class InvalidField(ValueError):
    """A field of the request cannot be what it is; the same request would be refused again."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


class UnknownDataSet(LookupError):
    """There is no data set of this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        shown = ", ".join(known[:_MOST_NAMES]) or "none"
        more = f" and {len(known) - _MOST_NAMES} more" if len(known) > _MOST_NAMES else ""
        super().__init__(f"there is no data set {name[:200]!r}{did_you_mean(name, known)}; there are: {shown}{more}")


class UnknownRow(LookupError):
    """The data set has no row with this id."""

    def __init__(self, row_id: str, data_set: str) -> None:
        super().__init__(f"there is no row {row_id[:200]!r} in the data set {data_set!r}")


class UnknownModel(LookupError):
    """The server was not started with this model."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"there is no model {name[:200]!r}{did_you_mean(name, known)}; there are: {', '.join(known)}."
            " Others have to be named by --model when the server is started"
        )


class VersionGone(Exception):
    """The data set is of another version than the one that was asked for: its file was replaced."""

    def __init__(self, name: str, *, wanted: str, present: str) -> None:
        super().__init__(
            f"the data set {name!r} is of version {present}, not {wanted[:200]}: its file was replaced;"
            " begin again at row 0 of the version that there is"
        )


class DataSetBroken(ValueError):
    """The file is there, and is not what a data set's file must be. It has to be written anew."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}")


class DataSetUnreadable(Exception):
    """The file cannot be read now: it is being written, or the system refuses it."""

    def __init__(self, file: str, why: object) -> None:
        super().__init__(f"{file} cannot be read now: {why}")


class Overloaded(Exception):
    """More calls wait than the server lets wait; nothing was done."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} calls wait for this already; try again later")
