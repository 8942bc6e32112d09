"""How much memory one file may come to. Knows no format."""

from services.embedding_server.errors import DataSetBroken


class Allowance:
    """How many bytes one file may come to in memory: a small file can unfold into a large one."""

    def __init__(self, file: str, *, limit: int) -> None:
        self.file = file
        self._limit = limit
        self._taken = 0

    def take(self, count: int) -> None:
        """Account for bytes before they are made.

        Raises:
            DataSetBroken: it is too much.
        """
        self._taken += count
        if self._taken > self._limit:
            raise DataSetBroken(
                self.file,
                f"it comes to more than {self._limit:,} bytes in memory; write an uncompressed .npz, which stays in the"
                " file, or raise BATCHDAG_EMBEDDING_SERVER_MAX_DATA_SET_BYTES",
            )
