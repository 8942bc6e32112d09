"""The ids of traces, derived rather than drawn: every process that works on an instance knows its trace without asking.

Pure. Knows neither logs nor OpenTelemetry.
"""

from functools import lru_cache
from hashlib import sha256


@lru_cache(maxsize=4096)
def trace_id(database: str, instance_id: int) -> str:
    """Return the 32 hex digits of the trace of an instance; ``database`` tells instances of two databases apart."""
    return _digest(database, instance_id)[:32]


@lru_cache(maxsize=4096)
def root_span_id(database: str, instance_id: int) -> str:
    """Return the 16 hex digits of the span of the whole instance, the parent of every attempt's."""
    return _digest(database, instance_id)[32:48]


def _digest(database: str, instance_id: int) -> str:
    return sha256(f"batchdag:{database}:{instance_id}".encode()).hexdigest()
