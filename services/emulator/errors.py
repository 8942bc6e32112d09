"""The one error that a handler raises; each API renders it in its own JSON shape."""

from collections.abc import Mapping


class ApiError(Exception):
    """A call that is answered with an error status.

    ``code`` is the machine's word where the API has one (OpenAI's ``code``, Cloud Storage's ``reason``).
    """

    def __init__(
        self, status: int, message: str, *, code: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = dict(headers or {})
