"""Webhooks: the endpoints that are told of events, and how the receiver knows that a message is ours."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import standardwebhooks

from vivavoce.client.errors import VivavoceError
from vivavoce.client.models import Model

DeliveryStatus = Literal["PENDING", "DELIVERED", "FAILED"]


class Webhook(Model, frozen=True):
    """`disabled_reason`: by hand, by an answer of 410, or after days in which every attempt failed.

    `failing_since` is when the first attempt failed after the last that succeeded. Until `earlier_secret_until`
    the secret before signs too.
    """

    id: str
    url: str
    description: str | None
    events: Sequence[str] | None
    enabled: bool
    disabled_reason: Literal["BY_HAND", "GONE", "FAILING"] | None
    disabled_at: datetime | None
    failing_since: datetime | None
    earlier_secret_until: datetime | None
    created_at: datetime
    updated_at: datetime


class WebhookWithSecret(Webhook, frozen=True):
    """`secret` is told once: None when the answer before it was lost and this is its repetition."""

    secret: str | None


class Attempt(Model, frozen=True):
    """`failure` says in a sentence why it failed; None when it did not."""

    at: datetime
    response_status: int | None
    duration_ms: int
    failure: str | None


class Delivery(Model, frozen=True):
    """`message_id` is the header `webhook-id`: the same for every attempt and every replay."""

    id: str
    message_id: str
    type: str
    occurred_at: datetime
    data: dict[str, Any]
    status: DeliveryStatus
    replayed: bool
    attempts: Sequence[Attempt]
    next_attempt_at: datetime | None
    created_at: datetime


class Message(Model, frozen=True):
    """What a webhook is sent. `data` has ids and states; ask the API for the rest."""

    type: str
    timestamp: datetime
    data: dict[str, Any]


class NotOurs(VivavoceError):
    """A message that nobody here signed, that was changed on its way, or that is older than five minutes."""


def verify_webhook(secret: str, headers: Mapping[str, str], body: bytes) -> Message:
    """The message, when it is signed with this secret. `body` is what came, byte for byte. Raises NotOurs."""
    try:
        standardwebhooks.Webhook(secret).verify(body, dict(headers), json_parse=False)
        return msgspec.json.decode(body, type=Message)
    except (standardwebhooks.WebhookVerificationError, msgspec.MsgspecError, ValueError) as fault:
        raise NotOurs(f"This is no message of ours: {fault}") from fault
