"""The outbox: every mail to candidates, for the organization's owners. Sign-in mail is never shown."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.enums import MediaType
from litestar.params import FromPath

from vivavoce.database.paging import PageNumber
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.body import read_query
from vivavoce.http.request import services
from vivavoce.mail.delivery import link_of
from vivavoce.mail.outbox import LINK, Mail, access_mail, list_mails
from vivavoce.web.answer import HEADERS, show
from vivavoce.web.recruiter_views import ListFilter, MailPage, MailRow, MailStatus, OutboxPage

AnyRequest = Request[Any, Any, Any]
OWNER = {"page": "owner"}
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox; "
    "frame-ancestors 'self'"
)


class OutboxQuery(msgspec.Struct, frozen=True):
    page: PageNumber = 1


@get("/", opt=OWNER)
async def list_(request: AnyRequest) -> Response[str]:
    parts, caller = services(request), member(request)
    query = read_query(request, OutboxQuery)
    async with parts.database.transaction() as connection:
        page = await list_mails(connection, caller, query.page)
    leaves = parts.mailer is not None
    return show(
        "outbox/list.html",
        OutboxPage(
            member=caller,
            rows=tuple(
                MailRow(
                    id=mail.id,
                    to=mail.recipient,
                    subject=mail.subject,
                    status=_status(mail, leaves=leaves),
                    created_at=mail.created_at,
                )
                for mail in page.data
            ),
            filter=ListFilter(path="/outbox", page=query.page),
            total=page.pagination.total or 0,
            total_pages=page.pagination.total_pages or 0,
            mail_leaves=leaves,
        ),
    )


@get("/{mail_id:str}", opt=OWNER)
async def retrieve(request: AnyRequest, mail_id: FromPath[str]) -> Response[str]:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        mail = await access_mail(connection, caller, mail_id)
    return show(
        "outbox/mail.html",
        MailPage(
            member=caller,
            id=mail.id,
            to=mail.recipient,
            sender=parts.settings.mail_from,
            subject=mail.subject,
            status=_status(mail, leaves=parts.mailer is not None),
            failure=mail.failure or "",
            created_at=mail.created_at,
            plain=mail.text.replace(LINK, link_of(parts.settings, mail)),
        ),
    )


@get("/{mail_id:str}/html", opt=OWNER)
async def html(request: AnyRequest, mail_id: FromPath[str]) -> Response[str]:
    """The mail as it leaves, alone in its frame; its links open beside the page."""
    parts = services(request)
    async with parts.database.transaction() as connection:
        mail = await access_mail(connection, member(request), mail_id)
    text = mail.html.replace(LINK, link_of(parts.settings, mail))
    return Response(
        text.replace("<head>", '<head><base target="_blank">', 1),
        media_type=MediaType.HTML,
        headers={**HEADERS, "Content-Security-Policy": MAIL_POLICY},
    )


outbox_pages = Router("/outbox", guards=[guard_page], route_handlers=[list_, retrieve, html])


def _status(mail: Mail, *, leaves: bool) -> MailStatus:
    if mail.sent_at is not None:
        return "SENT"
    if mail.failure is not None:
        return "FAILED"
    return "WAITING" if leaves else "KEPT"
