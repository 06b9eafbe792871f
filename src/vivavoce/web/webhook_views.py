"""What the pages of webhooks show."""

import msgspec

from vivavoce.callers import Member
from vivavoce.web.recruiter_views import Form, ListFilter
from vivavoce.webhooks.deliveries import Delivery
from vivavoce.webhooks.kinds import Kind
from vivavoce.webhooks.webhooks import Webhook

WORDS: dict[Kind, str] = {
    "interview.created": "An interview was made",
    "interview.invited": "The invitation was sent, or sent again",
    "interview.opened": "The candidate entered the room",
    "interview.consented": "The candidate agreed to the notice",
    "interview.started": "The interview began",
    "interview.interrupted": "The line was lost",
    "interview.resumed": "The interview went on",
    "interview.completed": "The interview ended",
    "interview.cancelled": "The interview was cancelled",
    "interview.expired": "The invitation ran out",
    "interview.reopened": "An expired interview was given more time",
    "interview.updated": "The interview was changed",
    "report.ready": "The report is ready",
    "report.failed": "The report could not be made",
    "report.overridden": "A person put a level beside the report’s",
    "candidate.erased": "A candidate was erased",
}


class WebhooksPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/webhooks.html"""

    member: Member
    rows: tuple[Webhook, ...]
    notice: str = ""


class WebhookFormPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/webhook_form.html: `url`, `description`, `told` (`all`, `some`), a field for each ticked kind.

    To /settings/webhooks, or to the webhook's own page.
    """

    member: Member
    form: Form
    webhook: Webhook | None = None
    """None for one that is to be made."""
    kinds: dict[Kind, str] = msgspec.field(default_factory=lambda: WORDS)


class WebhookSecretPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/webhook_secret.html: the answer to the form, and the only place that ever shows the secret."""

    member: Member
    webhook: Webhook
    secret: str


class WebhookPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/webhook.html; posts, without fields, to …/secret, test, enabling, disabling, deletion, and replays."""

    member: Member
    webhook: Webhook
    deliveries: tuple[Delivery, ...]
    filter: ListFilter
    total: int
    total_pages: int
    words: dict[Kind, str] = msgspec.field(default_factory=lambda: WORDS)
    notice: str = ""
