"""The administrator's pages of API keys."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.callers import SCOPES
from vivavoce.database.paging import PageNumber
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.body import read_query
from vivavoce.http.forms import read_fields
from vivavoce.http.request import services
from vivavoce.organizations.keys import access_key, create_key, end_of, list_keys, revoke_key
from vivavoce.web.answer import show
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import Form, ListFilter
from vivavoce.web.settings_views import KeyPage, KeysPage, MadeKeyPage, NewKeyPage

AnyRequest = Request[Any, Any, Any]
ADMINISTRATOR = {"page": "administrator"}
CREATED, UNPROCESSABLE = 201, 422
MAX_NAME = 100
NOTICES = {"revoked": "The key is revoked. It opens nothing any more."}


class KeysQuery(msgspec.Struct, frozen=True):
    page: PageNumber = 1


@get("/", opt=ADMINISTRATOR)
async def list_(request: AnyRequest) -> Response[str]:
    parts, caller, query = services(request), member(request), read_query(request, KeysQuery)
    async with parts.database.transaction() as connection:
        page = await list_keys(connection, caller, query.page)
    return show(
        "settings/keys.html",
        KeysPage(
            member=caller,
            rows=tuple(page.data),
            at=parts.clock(),
            filter=ListFilter(path="/settings/keys", page=query.page),
            total=page.pagination.total or 0,
            total_pages=page.pagination.total_pages or 0,
            notice=NOTICES.get(request.query_params.get("done", ""), ""),
        ),
    )


@get("/new", opt=ADMINISTRATOR)
async def new(request: AnyRequest) -> Response[str]:
    return show("settings/new_key.html", _form_page(request, Form()))


@post("/", opt=ADMINISTRATOR, status_code=CREATED)
async def create(request: AnyRequest) -> Response[str]:
    """The answer is the page with the secret: a redirect would have to keep it somewhere."""
    parts, caller, at = services(request), member(request), services(request).clock()
    fields = Fields(await read_fields(request))
    name = fields.required("name", "Enter what the key is for.", most=MAX_NAME)
    scopes = frozenset(SCOPES & fields.entered.keys())
    if not scopes:
        fields.fault("scopes", "Tick at least one thing that the key may do.")
    last_day = fields.day("expiresOn", earliest=at.date()).isoformat() if fields.text("expiresOn") else None
    if fields.faults:
        return show("settings/new_key.html", _form_page(request, fields.form()), UNPROCESSABLE)
    async with parts.database.transaction() as connection:
        key = await create_key(
            connection, caller, name, scopes, at=at, expires_at=end_of(last_day) if last_day else None
        )
    return show("settings/made_key.html", MadeKeyPage(member=caller, name=name, secret=key.secret), CREATED)


@get("/{key_id:str}", opt=ADMINISTRATOR)
async def retrieve(request: AnyRequest, key_id: FromPath[str]) -> Response[str]:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        key = await access_key(connection, caller, key_id)
    return show("settings/key.html", KeyPage(member=caller, key=key, at=parts.clock()))


@post("/{key_id:str}/revocation", opt=ADMINISTRATOR, status_code=303)
async def revoke(request: AnyRequest, key_id: FromPath[str]) -> Redirect:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        await revoke_key(connection, caller, key_id, at=parts.clock())
    return Redirect("/settings/keys?done=revoked", status_code=303)


def _form_page(request: AnyRequest, form: Form) -> NewKeyPage:
    today = services(request).clock().date().isoformat()
    return NewKeyPage(member=member(request), form=form, today=today)


key_pages = Router(
    "/settings/keys", guards=[guard_page], route_handlers=[list_, new, create, retrieve, revoke]
)
