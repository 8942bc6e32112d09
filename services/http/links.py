"""Links that sign a browser in: how they are written, and those that are made at a terminal, without a token."""

from datetime import timedelta

from engine.access import Access, Issued, Role


def login_path(issued: Issued) -> str:
    """Return where a link leads."""
    return f"/login?code={issued.secret}"


async def link_from_terminal(access: Access, role: Role, *, address: str, minutes: float) -> str:
    """Make a link for whoever reaches the database; return it whole."""
    issued = await access.link(await access.terminal(role), lasts=timedelta(minutes=minutes))
    return address.rstrip("/") + login_path(issued)
