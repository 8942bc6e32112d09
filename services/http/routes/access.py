"""Who may do what: tokens, signing a browser in by a link, and the audit log."""

from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from engine.access import Caller, Issued, Kind, Role
from services.http.guests import COOKIE
from services.http.links import login_path
from services.http.paging import by, read_page
from services.http.roles import needs
from services.http.settings import HttpSettings
from services.http.shapes.common import LARGEST_ID, Before, Limit, Page
from services.http.shapes.operation import AuditOut, LinkOut, Me, SecretOut, TokenIn, TokenOut
from services.http.site import Site, TheActor, TheCaller, TheSite, actor_of

router = APIRouter(tags=["access"])

TokenId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/me", **needs(Role.VIEWER))
async def read_me(caller: TheCaller) -> Me:
    """Whom the token or the session stands for."""
    return Me.model_validate(caller)


@router.get("/tokens", **needs(Role.ADMIN))
async def list_tokens(site: TheSite) -> Page[TokenOut]:
    """Every token, without its secret."""
    return Page(data=[TokenOut.model_validate(row) for row in await site.access.tokens()])


@router.post("/tokens", status_code=201, **needs(Role.ADMIN))
async def create_token(asked: TokenIn, site: TheSite, actor: TheActor) -> SecretOut:
    """Make a token. Its secret is in this answer only."""
    lasts = None if asked.days is None else timedelta(days=asked.days)
    async with site.audit.recording(actor, action="token.create", subject=asked.name) as entry:
        issued = await site.access.create(asked.role, name=asked.name, lasts=lasts)
        entry.after = {"id": issued.id, "role": asked.role}
    return SecretOut.model_validate(issued)


@router.delete("/tokens/{token_id}", status_code=204, **needs(Role.ADMIN))
async def revoke_token(token_id: TokenId, site: TheSite, actor: TheActor) -> None:
    """End a token and its sessions. Other processes notice within seconds."""
    async with site.audit.recording(actor, action="token.revoke", subject=str(token_id)):
        await site.access.revoke(token_id)
        site.guests.forget()


@router.post("/login-links", status_code=201, **needs(Role.VIEWER))
async def create_link(site: TheSite, caller: TheCaller, actor: TheActor) -> LinkOut:
    """Make a link that signs a browser in, once and soon, with the role of this token."""
    async with site.audit.recording(actor, action="link.create", subject=caller.name):
        _refuse_session(caller)
        issued = await site.access.link(caller, lasts=timedelta(minutes=site.settings.link_minutes))
    assert issued.expires_at is not None
    return LinkOut(path=login_path(issued), expires_at=issued.expires_at)


@router.get("/login", status_code=303, response_class=RedirectResponse)
async def login(code: Annotated[str, Query(max_length=200)], site: TheSite, request: Request) -> Response:
    """Sign this browser in with a link. The link is used up."""
    try:
        session = await _redeem(code, site=site, request=request)
    except HTTPException:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        return RedirectResponse("/#/?link=used", status_code=303)  # whoever clicked on it reads a page, not JSON
    response = RedirectResponse("/", status_code=303)
    _keep(session, response, site.settings)
    return response


async def _redeem(code: str, *, site: Site, request: Request) -> Issued:
    used_up = HTTPException(403, detail="this link is used up, or too old; make a new one")
    caller = await site.access.caller(code, kind=Kind.LINK)
    if caller is None:
        raise used_up
    async with site.audit.recording(actor_of(caller, request), action="session.create", subject=caller.name):
        session = await site.access.redeem(code, lasts=timedelta(hours=site.settings.session_hours))
        if session is None:
            raise used_up
    return session


@router.post("/sessions", status_code=201, **needs(Role.VIEWER))
async def create_session(site: TheSite, caller: TheCaller, actor: TheActor, response: Response) -> Me:
    """Sign this browser in with the token of this request. Its cookie does from then on, and no token is needed."""
    lasts = timedelta(hours=site.settings.session_hours)
    async with site.audit.recording(actor, action="session.create", subject=caller.name):
        _refuse_session(caller)
        session = await site.access.session(caller, lasts=lasts)
    _keep(session, response, site.settings)
    return Me.model_validate(caller)


def _refuse_session(caller: Caller) -> None:
    """Neither at once nor by way of a link: whoever has taken a session would never lose it again."""
    if _is_session(caller):
        raise HTTPException(403, detail="a session makes no other session, or none would end; send a token")


def _is_session(caller: Caller) -> bool:
    return caller.secret_id != caller.token_id


def _keep(session: Issued, response: Response, settings: HttpSettings) -> None:
    response.set_cookie(
        COOKIE,
        session.secret,
        max_age=round(settings.session_hours * 3600),
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookies,
    )


@router.post("/logout", status_code=204, **needs(Role.VIEWER))
async def logout(site: TheSite, caller: TheCaller, actor: TheActor, response: Response) -> None:
    """End the session of this browser. A token stays; an administrator revokes it."""
    if _is_session(caller):
        async with site.audit.recording(actor, action="session.end", subject=caller.name):
            await site.access.revoke(caller.secret_id)
        site.guests.forget()
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=site.settings.secure_cookies)


@router.get("/audit", **needs(Role.ADMIN))
async def list_audit(
    site: TheSite,
    actor: Annotated[str | None, Query(max_length=100)] = None,
    action: Annotated[str | None, Query(max_length=100)] = None,
    before: Before = None,
    limit: Limit = 50,
) -> Page[AuditOut]:
    """Every change that was asked for, newest first."""
    read = partial(site.pages.audit, actor=actor, action=action, before=before)
    return await read_page(read, AuditOut, limit=limit, key=by("id"))
