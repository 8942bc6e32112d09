"""What a call to an embedding server can end in, and which of gRPC's codes means what.

Decides whether to try again. A code that nobody foresaw is a broken call: trying again is bounded by who calls.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from grpc import StatusCode
from grpc.aio import AioRpcError

from runners.base import BadData, InvalidStep, TransientFailure

_REFUSALS = {
    StatusCode.NOT_FOUND: "correct the name",
    StatusCode.INVALID_ARGUMENT: "correct the step",
    StatusCode.OUT_OF_RANGE: "correct the step",
    StatusCode.UNIMPLEMENTED: "is it a server of protos/embedding_stream.proto?",
    StatusCode.UNAUTHENTICATED: "set token to the secret that the server expects",
    StatusCode.PERMISSION_DENIED: "set token to a secret that may read this",
}
_TOO_LARGE = "larger than max"


class StreamBroken(Exception):
    """The call did not reach the server, or broke off: another try may do better."""


class DataSetChanged(TransientFailure):
    """The server no longer has the version that was begun with; the next attempt begins with the one it has."""


@contextmanager
def translated(address: str, what: str) -> Iterator[None]:
    """Turn gRPC's errors into ours.

    Raises:
        StreamBroken: try again.
        DataSetChanged: begin again.
        InvalidStep: the server refuses what is asked.
        BadData: the server sends what nobody can take.
    """
    try:
        yield
    except AioRpcError as error:
        raise _meaning(address, what, error) from error
    except (TimeoutError, OSError) as error:
        raise StreamBroken(f"{address} did not {what} in time: {error or type(error).__name__}") from error


def _meaning(address: str, what: str, error: AioRpcError) -> Exception:
    code, details = error.code(), error.details() or "no details"
    said = f"{address} could not {what}: {details} [{code.name}]"
    if code is StatusCode.RESOURCE_EXHAUSTED and _TOO_LARGE in details:
        return BadData(
            f"{said}. One message of the server is larger than maxMessageMb; what came before it is loaded. Have the "
            "server keep to chunk_rows and max_chunk_bytes of the request, or raise maxMessageMb"
        )
    if code is StatusCode.DATA_LOSS:
        return BadData(f"{said}; mend the data set, what came before is loaded")
    if code is StatusCode.FAILED_PRECONDITION:
        return DataSetChanged(f"{said}; the next attempt begins with the version that the server has now")
    if advice := _REFUSALS.get(code):
        return InvalidStep(f"{said}; {advice}")
    return StreamBroken(said)
