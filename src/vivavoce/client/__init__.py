"""The API from Python: `Client`, or `AsyncClient` where there is an event loop, and `verify_webhook`.

with Client("https://interviews.example.org", key) as vivavoce:
    for interview in vivavoce.interviews.iterate(status="COMPLETED"): ...
"""

from vivavoce.client.asynchronous import AsyncClient
from vivavoce.client.blocking import Client
from vivavoce.client.errors import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    OutOfCredits,
    RateLimited,
    Refused,
    ServerFailed,
    Unauthorized,
    Unreachable,
    VivavoceError,
)
from vivavoce.client.models import ConfigCriterion, ConfigFact, ConfigQuestion
from vivavoce.client.webhooks import Message, NotOurs, verify_webhook

__all__ = [
    "AsyncClient",
    "Client",
    "ConfigCriterion",
    "ConfigFact",
    "ConfigQuestion",
    "Conflict",
    "Fault",
    "Forbidden",
    "Invalid",
    "Message",
    "NotFound",
    "NotOurs",
    "OutOfCredits",
    "RateLimited",
    "Refused",
    "ServerFailed",
    "Unauthorized",
    "Unreachable",
    "VivavoceError",
    "verify_webhook",
]
