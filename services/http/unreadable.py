"""Says why a body cannot be read at all. What its values should be is not known here."""

import json


def why_unreadable(error: BaseException) -> str | None:
    """Return what the parser stumbled over, and where; None if the body was read."""
    match error.__cause__:
        case json.JSONDecodeError() as cause:
            return f"the body is not JSON: {cause.msg} at line {cause.lineno}, column {cause.colno}"
        case UnicodeDecodeError() as cause:
            return f"the body is not {cause.encoding} text: {cause.reason} at byte {cause.start + 1}"
        case RecursionError():
            return "the body is nested too deeply to be read"
    return None
