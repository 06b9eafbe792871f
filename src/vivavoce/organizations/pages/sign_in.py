"""Signing in by a link that comes by mail, and signing out."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.http.authentication import SESSION_COOKIE, require_same_origin
from vivavoce.http.forms import read_form
from vivavoce.http.limits import guard_sign_in
from vivavoce.http.request import services
from vivavoce.organizations.sign_in import (
    LINK_LIFE,
    SESSION_LIFE,
    find_sign_in_link,
    request_sign_in,
    sign_out,
    spend_sign_in_link,
)
from vivavoce.settings import Settings
from vivavoce.web.answer import show
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import SignInLinkPage, SignInPage, SignInSentPage, SignInSpentPage

AnyRequest = Request[Any, Any, Any]
NOT_FOUND, GONE, UNPROCESSABLE = 404, 410, 422


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: str = ""


@get("/sign-in")
async def ask() -> Response[str]:
    return show("sign_in.html", SignInPage())


@post("/sign-in", status_code=200, guards=[guard_sign_in])
async def send_link(request: AnyRequest) -> Response[str]:
    """Answers the same whether the address is a member's or not."""
    require_same_origin(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, Address)))
    email = fields.email("email")
    if fields.faults:
        return show("sign_in.html", SignInPage(form=fields.form()), UNPROCESSABLE)
    parts = services(request)
    async with parts.database.transaction() as connection:
        await request_sign_in(connection, email, at=parts.clock())
    minutes = int(LINK_LIFE.total_seconds()) // 60
    page = SignInSentPage(email=email, minutes=minutes, mail_leaves=parts.mailer is not None)
    return show("sign_in_sent.html", page)


@get("/sign-in/{token:str}")
async def show_link(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Spends nothing: mail scanners open links."""
    return await _link_page(request, token)


@post("/sign-in/{token:str}", status_code=303)
async def spend_link(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    require_same_origin(request)
    parts = services(request)
    async with parts.database.transaction() as connection:
        secret = await spend_sign_in_link(connection, parts.settings, token, at=parts.clock())
    if secret is None:
        return await _link_page(request, token)
    life = int(SESSION_LIFE.total_seconds())
    return Redirect("/interviews", status_code=303, cookies=[_cookie(parts.settings, secret, life)])


@post("/sign-out", status_code=303)
async def leave(request: AnyRequest) -> Redirect:
    require_same_origin(request)
    parts = services(request)
    async with parts.database.transaction() as connection:
        await sign_out(connection, request.cookies.get(SESSION_COOKIE, ""))
    return Redirect("/sign-in", status_code=303, cookies=[_cookie(parts.settings, "", 0)])


async def _link_page(request: AnyRequest, token: str) -> Response[str]:
    parts = services(request)
    async with parts.database.transaction() as connection:
        link = await find_sign_in_link(connection, parts.settings, token, at=parts.clock())
    if link is None or not link.usable:
        return show("sign_in_spent.html", SignInSpentPage(), NOT_FOUND if link is None else GONE)
    page = SignInLinkPage(token=token, organization=link.organization, email=link.email)
    return show("sign_in_link.html", page)


def _cookie(settings: Settings, secret: str, seconds: int) -> Cookie:
    return Cookie(
        key=SESSION_COOKIE,
        value=secret,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https:"),
    )


sign_in_pages = [ask, send_link, show_link, spend_link, leave]
