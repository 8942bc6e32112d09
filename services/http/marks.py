"""How ``next`` of a page is read back: numbers between colons, as ``shapes.common.mark`` writes them."""

from services.http.problems import Wrong


def numbers(after: str, *, count: int) -> tuple[int, ...]:
    """Return the numbers of a mark.

    Raises:
        Wrong: it is not the mark of a page.
    """
    parts = after.split(":")
    if len(parts) != count or not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        raise Wrong("after", "is not the `next` of a page")
    return tuple(int(part) for part in parts)
