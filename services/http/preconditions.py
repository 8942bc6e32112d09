"""Which version an edit was made from: an edit that does not say is refused, so nobody overwrites unseen work."""

import re
from typing import Annotated

from fastapi import Header
from starlette.exceptions import HTTPException

from services.http.problems import Wrong

IfMatch = Annotated[
    str | None, Header(max_length=60, description='The version that was edited, as `"3"`; `*`: any.', examples=['"3"'])
]
IfNoneMatch = Annotated[str | None, Header(max_length=60, description="`*`: there must be none yet.")]

_TAG = re.compile(r'^(?:W/)?"?(\d{1,9})"?$')


def expected_version(*, version: int | None, if_match: str | None, if_none_match: str | None) -> int | None:
    """Return the version that must stand now; 0: there must be none; None: whatever there is may be overwritten."""
    if if_none_match is not None and if_none_match != "*":
        raise Wrong("If-None-Match", "can only be *")
    told = {0} if if_none_match else set()
    told |= {version} if version is not None else set()
    told |= {_number(if_match)} if if_match and if_match != "*" else set()
    if len(told) > 1:
        raise Wrong("version", "differs from what the headers If-Match and If-None-Match say")
    if not told and if_match != "*":
        raise HTTPException(428, detail='say which version was edited: If-Match: "3", or version; 0: there is none yet')
    return next(iter(told), None)


def _number(tag: str) -> int:
    found = _TAG.match(tag)
    if found is None:
        raise Wrong("If-Match", 'must be the number of a version, as in "3"')
    return int(found[1])
