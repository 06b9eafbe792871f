"""Webhooks in the public API."""

from typing import Any

from litestar import Request, Response, Router, delete, get, patch, post
from litestar.params import FromPath

from vivavoce.database.paging import Page
from vivavoce.http.authentication import api_key
from vivavoce.http.body import read_json, read_query
from vivavoce.http.operations import operation
from vivavoce.http.paging import answer_page
from vivavoce.http.request import services
from vivavoce.webhooks.deliveries import Delivery, DeliveryQuery, list_deliveries, replay, send_test
from vivavoce.webhooks.webhooks import (
    Webhook,
    WebhookCreate,
    WebhookPatch,
    WebhookQuery,
    WebhookWithSecret,
    access_webhook,
    change_webhook,
    create_webhook,
    delete_webhook,
    list_webhooks,
    rotate_secret,
)

AnyRequest = Request[Any, Any, Any]


@get(
    "/",
    opt=operation("webhooks:read", "List webhooks, newest first", query=WebhookQuery, answer=Page[Webhook]),
)
async def list_(request: AnyRequest) -> Response[Page[Webhook]]:
    parts = services(request)
    query = read_query(request, WebhookQuery)
    async with parts.database.transaction() as connection:
        page = await list_webhooks(connection, api_key(request), query, at=parts.clock())
    return answer_page(request, page)


@post(
    "/",
    opt=operation(
        "webhooks:write",
        "Create a webhook",
        description="The answer holds the secret that its messages are signed with. It is not shown again.",
        body=WebhookCreate,
        answer=WebhookWithSecret,
        status=201,
        errors=("UNPROCESSABLE", "CONFLICT"),
    ),
)
async def create(request: AnyRequest) -> WebhookWithSecret:
    parts = services(request)
    wanted = await read_json(request, WebhookCreate)
    async with parts.database.transaction() as connection:
        return await create_webhook(connection, api_key(request), parts.settings, wanted, at=parts.clock())


@get("/{webhook_id:str}", opt=operation("webhooks:read", "Retrieve a webhook", answer=Webhook))
async def retrieve(request: AnyRequest, webhook_id: FromPath[str]) -> Webhook:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await access_webhook(connection, api_key(request), webhook_id, at=parts.clock())


@patch(
    "/{webhook_id:str}",
    opt=operation(
        "webhooks:write",
        "Change a webhook, enable or disable it",
        description="Disabled, it is told of nothing, and what was still to be delivered has failed. Enabled again,"
        " it is told of what happens from then on.",
        body=WebhookPatch,
        answer=Webhook,
        errors=("UNPROCESSABLE",),
    ),
)
async def change(request: AnyRequest, webhook_id: FromPath[str]) -> Webhook:
    parts = services(request)
    changes = await read_json(request, WebhookPatch)
    async with parts.database.transaction() as connection:
        return await change_webhook(
            connection, api_key(request), parts.settings, webhook_id, changes, at=parts.clock()
        )


@delete(
    "/{webhook_id:str}",
    status_code=204,
    opt=operation("webhooks:write", "Delete a webhook and its log", answer=None, status=204),
)
async def remove(request: AnyRequest, webhook_id: FromPath[str]) -> None:
    async with services(request).database.transaction() as connection:
        await delete_webhook(connection, api_key(request), webhook_id)


@post(
    "/{webhook_id:str}/secret",
    status_code=200,
    opt=operation(
        "webhooks:write",
        "Give a webhook a new secret",
        description="For 24 hours messages are signed with the new secret and the one before. It is not shown again.",
        answer=WebhookWithSecret,
    ),
)
async def rotate(request: AnyRequest, webhook_id: FromPath[str]) -> WebhookWithSecret:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await rotate_secret(connection, api_key(request), parts.settings, webhook_id, at=parts.clock())


@post(
    "/{webhook_id:str}/test",
    opt=operation(
        "webhooks:write",
        "Send a test message",
        description="A message of the kind `webhook.test`. How it goes is in the log of deliveries.",
        answer=Delivery,
        status=201,
        errors=("WEBHOOK_DISABLED",),
    ),
)
async def test(request: AnyRequest, webhook_id: FromPath[str]) -> Delivery:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await send_test(connection, api_key(request), webhook_id, at=parts.clock())


@get(
    "/{webhook_id:str}/deliveries",
    opt=operation(
        "webhooks:read",
        "List a webhook's deliveries, newest first",
        description="The log, kept for 30 days.",
        query=DeliveryQuery,
        answer=Page[Delivery],
    ),
)
async def log(request: AnyRequest, webhook_id: FromPath[str]) -> Response[Page[Delivery]]:
    parts = services(request)
    query = read_query(request, DeliveryQuery)
    async with parts.database.transaction() as connection:
        page = await list_deliveries(connection, api_key(request), webhook_id, query, at=parts.clock())
    return answer_page(request, page)


@post(
    "/{webhook_id:str}/deliveries/{delivery_id:str}/replay",
    opt=operation(
        "webhooks:write",
        "Deliver a message once more",
        description="Another delivery of the same message, with the same `webhook-id`.",
        answer=Delivery,
        status=201,
        errors=("WEBHOOK_DISABLED",),
    ),
)
async def send_again(request: AnyRequest, webhook_id: FromPath[str], delivery_id: FromPath[str]) -> Delivery:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await replay(connection, api_key(request), webhook_id, delivery_id, at=parts.clock())


webhooks_router = Router(
    "/webhooks",
    route_handlers=[list_, create, retrieve, change, remove, rotate, test, log, send_again],
)
