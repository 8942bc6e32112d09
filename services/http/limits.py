"""How large a body may be: decided by method and path, before anything of the request is read.

Uploads go to a file and are read line by line, so they may be large; every other body is parsed in memory as a whole.
"""

import re
from dataclasses import dataclass

from starlette.types import Scope

_UPLOAD = re.compile("/admin/sets/[^/]+/questions/bulk-(?:upload|check)")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The largest bodies, in bytes."""

    usual: int
    upload: int

    def of(self, scope: Scope) -> int:
        """Return how large the body of a request may be."""
        is_upload = scope["type"] == "http" and scope["method"] == "POST" and _UPLOAD.fullmatch(scope["path"])
        return self.upload if is_upload else self.usual
