"""Mail that was written: kept, and delivered by a task; where it waits when there is no mail server."""

from datetime import datetime
from typing import Literal

import msgspec

from vivavoce import ids
from vivavoce.callers import Member
from vivavoce.database.paging import Page, select_page
from vivavoce.database.pool import Connection, Database
from vivavoce.database.rows import Conditions, typed
from vivavoce.errors import NotFound
from vivavoce.mail.views import Letter
from vivavoce.tasks import defer

LINK = "https://link.invalid/"
"""Stands in a stored mail where its link goes: the link itself is derived, never stored."""
PAGE_SIZE = 50


Kind = Literal["invitation", "sign_in", "webhook_disabled"]


class Mail(msgspec.Struct, frozen=True):
    id: str
    kind: Kind
    organization_id: str
    interview_id: str | None
    link_generation: int | None
    sign_in_link_id: str | None
    webhook_id: str | None
    recipient: str
    subject: str
    text: str
    html: str
    created_at: datetime
    sent_at: datetime | None
    failure: str | None


_COLUMNS = ", ".join(Mail.__struct_fields__)


async def write_mail(
    connection: Connection,
    organization_id: str,
    kind: Kind,
    recipient: str,
    letter: Letter,
    *,
    at: datetime,
    interview_id: str | None = None,
    link_generation: int | None = None,
    sign_in_link_id: str | None = None,
    webhook_id: str | None = None,
) -> str:
    """The mail, with LINK where its link goes, and the task that delivers it: rows of the connection's transaction."""
    mail_id = ids.new("mail")
    await connection.execute(
        "INSERT INTO mails (id, organization_id, kind, interview_id, link_generation, sign_in_link_id,"
        " webhook_id, recipient, subject, text, html, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        mail_id,
        organization_id,
        kind,
        interview_id,
        link_generation,
        sign_in_link_id,
        webhook_id,
        recipient,
        letter.subject,
        letter.text,
        letter.html,
        at,
    )
    await defer(connection, "mail.deliver", mail_id=mail_id)
    return mail_id


async def list_mails(connection: Connection, caller: Member, page: int) -> Page[Mail]:
    """The organization's mail but for sign-in links, which let whoever reads them in."""
    where = Conditions()
    where.add("x.organization_id = {} AND x.kind <> 'sign_in'", caller.organization_id)
    return await select_page(
        connection,
        _COLUMNS,
        "mails x",
        where,
        lambda row: typed(Mail, row),
        page=page,
        page_size=PAGE_SIZE,
        cursor=None,
    )


async def access_mail(connection: Connection, caller: Member, mail_id: str) -> Mail:
    """The one door. Raises NotFound, for another organization's mail and for sign-in mail too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM mails WHERE id = $1 AND organization_id = $2 AND kind <> 'sign_in'",
        mail_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return typed(Mail, row)


async def read_unsent(database: Database, mail_id: str) -> Mail | None:
    """For who delivers it: None when it was sent already, or is gone."""
    row = await database.pool.fetchrow(
        f"SELECT {_COLUMNS} FROM mails WHERE id = $1 AND sent_at IS NULL", mail_id
    )
    return typed(Mail, row) if row else None


async def is_of_use(database: Database, mail: Mail, *, at: datetime) -> bool:
    """Whether the interview of an invitation can still be begun or gone on with by its link; any other mail is."""
    found: bool = await database.pool.fetchval(
        "SELECT $1::text IS NULL OR EXISTS (SELECT FROM interviews WHERE id = $1 AND link_generation = $2"
        " AND interview_status(status, expires_at, $3) IN ('DRAFT', 'INVITED', 'IN_PROGRESS'))",
        mail.interview_id,
        mail.link_generation,
        at,
    )
    return found
