"""Whether a message is ours, as its receiver finds out."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from vivavoce.client import NotOurs, verify_webhook

SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS13ZWJob29r"
BODY = b'{"type":"report.ready","timestamp":"2026-03-03T11:01:20Z","data":{"id":"rep_1"}}'


def signed(body: bytes = BODY, *, at: datetime | None = None, secret: str = SECRET) -> dict[str, str]:
    at = at or datetime.now(UTC)
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("msg_1", at, body.decode()),
    }


def test_a_signed_message_is_read() -> None:
    message = verify_webhook(SECRET, signed(), BODY)
    assert (message.type, message.data) == ("report.ready", {"id": "rep_1"})
    assert message.timestamp == datetime(2026, 3, 3, 11, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (signed(), BODY.replace(b"rep_1", b"rep_2")),
        (signed(secret="whsec_b3RoZXI="), BODY),
        (signed(at=datetime.now(UTC) - timedelta(minutes=6)), BODY),
        ({}, BODY),
        (signed() | {"Webhook-Signature": "nonsense"}, BODY),
        (signed() | {"Webhook-Signature": "v1,*"}, BODY),
        (signed(b"[]"), b"[]"),
        (signed(), b"\xff"),
    ],
    ids=["changed", "another's", "old", "unsigned", "nonsense", "no base64", "no message", "no text"],
)
def test_anything_else_is_refused(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(NotOurs):
        verify_webhook(SECRET, headers, body)
