"""Run all measurements, or those named: ``python -m benchmarks steps embeddings``; the names are below."""

import sys
import tempfile
from pathlib import Path

from benchmarks import bulk, console, edits, embeddings, frames, generate, http, indexes, queue, search, steps, streams
from engine.embedded import start_embedded, stop_embedded

MEASUREMENTS = {
    "steps": steps.measure,
    "edits": edits.measure,
    "bulk": bulk.measure,
    "generate": generate.measure,
    "embeddings": embeddings.measure,
    "http": http.measure,
    "console": console.measure,
    "frames": frames.measure,
    "indexes": indexes.measure,
    "queue": queue.measure,
    "search": search.measure,
    "streams": streams.measure,
}


def main() -> None:
    """One server for all of them, durable as it comes: fsync on, synchronous commit."""
    wanted = sys.argv[1:] or list(MEASUREMENTS)
    with tempfile.TemporaryDirectory(prefix="batchdag-bench-") as folder:
        Path(folder).chmod(0o755)
        server = start_embedded(Path(folder))
        try:
            for name in wanted:
                MEASUREMENTS[name](server, Path(folder))
        finally:
            stop_embedded(server)


if __name__ == "__main__":
    main()
