"""The administrator's pages of webhooks."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.database.paging import PageNumber
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.body import read_query
from vivavoce.http.forms import read_fields
from vivavoce.http.request import services
from vivavoce.settings import Settings
from vivavoce.web.answer import show
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import Form, ListFilter
from vivavoce.web.webhook_views import WebhookFormPage, WebhookPage, WebhookSecretPage, WebhooksPage
from vivavoce.webhooks.deliveries import DeliveryQuery, list_deliveries, replay, send_test
from vivavoce.webhooks.kinds import KINDS
from vivavoce.webhooks.webhooks import (
    MAX_ENDPOINTS,
    Webhook,
    WebhookCreate,
    WebhookPatch,
    WebhookQuery,
    access_webhook,
    change_webhook,
    create_webhook,
    delete_webhook,
    list_webhooks,
    require_usable_url,
    rotate_secret,
)

AnyRequest = Request[Any, Any, Any]
ADMINISTRATOR = {"page": "administrator"}
CREATED, UNPROCESSABLE = 201, 422
MAX_URL = 2_000
NOTICES = {
    "changed": "The webhook is changed.",
    "deleted": "The webhook is deleted. Nothing is sent there any more.",
    "disabled": "The webhook is disabled. Nothing is sent there until you enable it.",
    "enabled": "The webhook is enabled. It is told of what happens from now on.",
    "replay": "The message is on its way once more.",
    "test": "A test message is on its way. Load the page again to see how it went.",
}


class LogQuery(msgspec.Struct, frozen=True):
    page: PageNumber = 1


@get("/", opt=ADMINISTRATOR)
async def list_(request: AnyRequest) -> Response[str]:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        query = WebhookQuery(page_size=MAX_ENDPOINTS)
        page = await list_webhooks(connection, caller, query, at=parts.clock())
    return show(
        "settings/webhooks.html", WebhooksPage(member=caller, rows=tuple(page.data), notice=_notice(request))
    )


@get("/new", opt=ADMINISTRATOR)
async def new(request: AnyRequest) -> Response[str]:
    return show(
        "settings/webhook_form.html", WebhookFormPage(member=member(request), form=Form({"told": "all"}))
    )


@post("/", opt=ADMINISTRATOR, status_code=CREATED)
async def create(request: AnyRequest) -> Response[str]:
    """The answer is the page with the secret: a redirect would have to keep it somewhere."""
    parts, caller = services(request), member(request)
    fields = Fields(await read_fields(request))
    wanted = _wanted(fields, parts.settings)
    if not fields.faults:
        try:
            async with parts.database.transaction() as connection:
                made = await create_webhook(connection, caller, parts.settings, wanted, at=parts.clock())
            return _with_secret(request, made, made.secret)
        except Conflict as full:
            fields.fault("url", full.message)
    page = WebhookFormPage(member=caller, form=fields.form())
    return show("settings/webhook_form.html", page, UNPROCESSABLE)


@get("/{webhook_id:str}", opt=ADMINISTRATOR)
async def retrieve(request: AnyRequest, webhook_id: FromPath[str]) -> Response[str]:
    parts, caller, at = services(request), member(request), services(request).clock()
    query = read_query(request, LogQuery)
    async with parts.database.transaction() as connection:
        webhook = await access_webhook(connection, caller, webhook_id, at=at)
        log = await list_deliveries(connection, caller, webhook_id, DeliveryQuery(page=query.page), at=at)
    return show(
        "settings/webhook.html",
        WebhookPage(
            member=caller,
            webhook=webhook,
            deliveries=tuple(log.data),
            filter=ListFilter(path=f"/settings/webhooks/{webhook_id}", page=query.page),
            total=log.pagination.total or 0,
            total_pages=log.pagination.total_pages or 0,
            notice=_notice(request),
        ),
    )


@get("/{webhook_id:str}/change", opt=ADMINISTRATOR)
async def edit(request: AnyRequest, webhook_id: FromPath[str]) -> Response[str]:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        webhook = await access_webhook(connection, caller, webhook_id, at=parts.clock())
    entered = {
        "url": webhook.url,
        "description": webhook.description or "",
        "told": "all" if webhook.events is None else "some",
        **{str(kind): "yes" for kind in webhook.events or ()},
    }
    page = WebhookFormPage(member=caller, form=Form(entered), webhook=webhook)
    return show("settings/webhook_form.html", page)


@post("/{webhook_id:str}", opt=ADMINISTRATOR, status_code=303)
async def change(request: AnyRequest, webhook_id: FromPath[str]) -> Response[Any]:
    parts, caller, at = services(request), member(request), services(request).clock()
    fields = Fields(await read_fields(request))
    wanted = _wanted(fields, parts.settings)
    async with parts.database.transaction() as connection:
        webhook = await access_webhook(connection, caller, webhook_id, at=at)
        if fields.faults:
            page = WebhookFormPage(member=caller, form=fields.form(), webhook=webhook)
            return show("settings/webhook_form.html", page, UNPROCESSABLE)
        patch = WebhookPatch(url=wanted.url, description=wanted.description, events=wanted.events)
        await change_webhook(connection, caller, parts.settings, webhook_id, patch, at=at)
    return _back(webhook_id, "changed")


@post("/{webhook_id:str}/secret", opt=ADMINISTRATOR, status_code=CREATED)
async def rotate(request: AnyRequest, webhook_id: FromPath[str]) -> Response[str]:
    parts = services(request)
    async with parts.database.transaction() as connection:
        rotated = await rotate_secret(
            connection, member(request), parts.settings, webhook_id, at=parts.clock()
        )
    return _with_secret(request, rotated, rotated.secret)


@post("/{webhook_id:str}/test", opt=ADMINISTRATOR, status_code=303)
async def test(request: AnyRequest, webhook_id: FromPath[str]) -> Redirect:
    parts = services(request)
    async with parts.database.transaction() as connection:
        await send_test(connection, member(request), webhook_id, at=parts.clock())
    return _back(webhook_id, "test")


@post("/{webhook_id:str}/deliveries/{delivery_id:str}/replay", opt=ADMINISTRATOR, status_code=303)
async def send_again(request: AnyRequest, webhook_id: FromPath[str], delivery_id: FromPath[str]) -> Redirect:
    parts = services(request)
    async with parts.database.transaction() as connection:
        await replay(connection, member(request), webhook_id, delivery_id, at=parts.clock())
    return _back(webhook_id, "replay")


@post("/{webhook_id:str}/enabling", opt=ADMINISTRATOR, status_code=303)
async def enable(request: AnyRequest, webhook_id: FromPath[str]) -> Redirect:
    return await _turn(request, webhook_id, on=True)


@post("/{webhook_id:str}/disabling", opt=ADMINISTRATOR, status_code=303)
async def disable(request: AnyRequest, webhook_id: FromPath[str]) -> Redirect:
    return await _turn(request, webhook_id, on=False)


@post("/{webhook_id:str}/deletion", opt=ADMINISTRATOR, status_code=303)
async def delete(request: AnyRequest, webhook_id: FromPath[str]) -> Redirect:
    async with services(request).database.transaction() as connection:
        await delete_webhook(connection, member(request), webhook_id)
    return Redirect("/settings/webhooks?done=deleted", status_code=303)


async def _turn(request: AnyRequest, webhook_id: str, *, on: bool) -> Redirect:
    parts, patch = services(request), WebhookPatch(enabled=on)
    async with parts.database.transaction() as connection:
        await change_webhook(connection, member(request), parts.settings, webhook_id, patch, at=parts.clock())
    return _back(webhook_id, "enabled" if on else "disabled")


def _wanted(fields: Fields, settings: Settings) -> WebhookCreate:
    url = fields.required("url", "Enter the address that messages are sent to.", most=MAX_URL)
    if url:
        try:
            require_usable_url(settings, url)
        except Unprocessable as refusal:
            fields.fault("url", refusal.message)
    told = fields.choice("told", ("all", "some"), "Choose what it is told of.")
    events = [kind for kind in KINDS if kind in fields.entered]
    if told == "some" and not events:
        fields.fault("told", "Tick at least one thing that it is told of.")
    return WebhookCreate(
        url=url,
        description=fields.text("description"),
        events=events if told == "some" else None,
    )


def _with_secret(request: AnyRequest, webhook: Webhook, secret: str | None) -> Response[str]:
    assert secret is not None
    page = WebhookSecretPage(member=member(request), webhook=webhook, secret=secret)
    return show("settings/webhook_secret.html", page, CREATED)


def _back(webhook_id: str, done: str) -> Redirect:
    return Redirect(f"/settings/webhooks/{webhook_id}?done={done}", status_code=303)


def _notice(request: AnyRequest) -> str:
    return NOTICES.get(request.query_params.get("done", ""), "")


webhook_pages = Router(
    "/settings/webhooks",
    guards=[guard_page],
    route_handlers=[
        list_,
        new,
        create,
        retrieve,
        edit,
        change,
        rotate,
        test,
        send_again,
        enable,
        disable,
        delete,
    ],
)
