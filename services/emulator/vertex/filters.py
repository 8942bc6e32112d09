"""The filters of Vertex's list: ``displayName="..."``, ``labels.name="..."`` and ``state="..."``, joined with AND."""

import re
from collections.abc import Mapping
from typing import Any

from services.emulator.errors import ApiError

TERM = re.compile(
    r'(?P<field>display_?[nN]ame|state|labels\.(?P<label>[\w-]+))\s*(?P<sign>!?=)\s*"?(?P<value>[^"]*?)"?'
)


def matches(filter_text: str | None, shown: Mapping[str, Any]) -> bool:
    """Say whether a job, as it is shown, passes the filter.

    Raises:
        ApiError: the filter is not understood.
    """
    terms = re.split(r"\s+AND\s+", filter_text.strip()) if filter_text else []
    return all(_holds(term, shown) for term in terms)


def _holds(term: str, shown: Mapping[str, Any]) -> bool:
    read = TERM.fullmatch(term.strip())
    if read is None:
        raise ApiError(400, f'The filter {term!r} is not understood; the emulator knows displayName="...".')
    if read["label"]:
        actual = shown.get("labels", {}).get(read["label"])
    else:
        actual = shown["state"] if read["field"] == "state" else shown["displayName"]
    return (actual == read["value"]) is (read["sign"] == "=")
