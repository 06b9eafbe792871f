"""The kinds of message that an endpoint can ask for; `docs/api/webhooks.md` says when each is sent."""

from typing import Literal, get_args

Kind = Literal[
    "interview.created",
    "interview.invited",
    "interview.opened",
    "interview.consented",
    "interview.started",
    "interview.interrupted",
    "interview.resumed",
    "interview.completed",
    "interview.cancelled",
    "interview.expired",
    "interview.reopened",
    "interview.updated",
    "report.ready",
    "report.failed",
    "report.overridden",
    "candidate.erased",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

TEST: Literal["webhook.test"] = "webhook.test"
"""Sent when somebody asks for it, to the endpoint that it was asked for."""
