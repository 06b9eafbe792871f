"""Candidates: the people who are interviewed. One e-mail address, one candidate, in an organization."""

import contextlib
from datetime import datetime
from typing import Annotated

import asyncpg
import msgspec

from vivavoce import ids
from vivavoce.callers import Operator, OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection
from vivavoce.database.rows import Conditions, assignments, given, pattern, typed
from vivavoce.errors import Conflict, NotFound

MAX_CHOICES = 100
EMAIL_TAKEN = "A candidate with this e-mail address is there already: find it with ?search=."

_ATOM = r"[^@.\s\x00-\x1f\x7f-\x9f<>,;:\"()\[\]\\]+"
_MAILABLE = r"^(?!.*=\?)"
"""Without what begins an encoded word: read as one, the mail would go to another address."""
Email = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"{_MAILABLE}{_ATOM}(\.{_ATOM})*@{_ATOM}(\.{_ATOM})+$(?!\n)",
        max_length=254,
        extra={"wanted": "Give an e-mail address, as name@example.org."},
    ),
]
ShortText = Annotated[str, msgspec.Meta(max_length=200)]
Locale = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z]{2}(-[A-Z]{2})?$(?!\n)",
        extra={"wanted": "Give a language, as en, or a language and a country, as fr-CA."},
    ),
]
Address = Annotated[
    str,
    msgspec.Meta(
        max_length=2000,
        pattern=r"^https?://",
        extra={"wanted": "Give an address that begins with https:// or http://."},
    ),
]
Tag = Annotated[
    str,
    msgspec.Meta(
        min_length=1, max_length=50, pattern=r"^[^,]+$", extra={"wanted": "Give a tag without commas."}
    ),
]
Tags = Annotated[
    list[Tag],
    msgspec.Meta(max_length=50),
]


class CandidateCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    email: Email
    first_name: ShortText | None = None
    last_name: ShortText | None = None
    phone: ShortText | None = None
    locale: Locale = "fr"
    cv_url: Address | None = None
    tags: Tags = []
    source: ShortText | None = None
    external_id: ShortText | None = None


class CandidatePatch(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is absent stays as it is, null takes away; `tags` are replaced as a whole."""

    email: Email | msgspec.UnsetType = msgspec.UNSET
    first_name: ShortText | None | msgspec.UnsetType = msgspec.UNSET
    last_name: ShortText | None | msgspec.UnsetType = msgspec.UNSET
    phone: ShortText | None | msgspec.UnsetType = msgspec.UNSET
    locale: Locale | msgspec.UnsetType = msgspec.UNSET
    cv_url: Address | None | msgspec.UnsetType = msgspec.UNSET
    tags: Tags | msgspec.UnsetType = msgspec.UNSET
    source: ShortText | None | msgspec.UnsetType = msgspec.UNSET
    external_id: ShortText | None | msgspec.UnsetType = msgspec.UNSET


class Candidate(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    email: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    locale: str
    cv_url: str | None
    tags: list[str]
    source: str | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email


class CandidateQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`tags` are comma-separated, and all of them are asked for."""

    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None
    search: ShortText | None = None
    job_id: str | None = None
    tags: str | None = None


_COLUMNS = "id, email, first_name, last_name, phone, locale, cv_url, tags, source, external_id, created_at, updated_at"


async def create_candidate(
    connection: Connection, caller: OrganizationCaller, wanted: CandidateCreate, *, at: datetime
) -> Candidate:
    """Raises Conflict EMAIL_TAKEN, whatever the address's case."""
    try:
        row = await connection.fetchrow(
            "INSERT INTO candidates (id, organization_id, email, first_name, last_name, phone, locale, cv_url, tags,"
            " source, external_id, created_at, updated_at)"
            f" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) RETURNING {_COLUMNS}",
            ids.new("cand"),
            caller.organization_id,
            wanted.email,
            wanted.first_name,
            wanted.last_name,
            wanted.phone,
            wanted.locale,
            wanted.cv_url,
            wanted.tags,
            wanted.source,
            wanted.external_id,
            at,
        )
    except asyncpg.UniqueViolationError:
        raise Conflict(EMAIL_TAKEN, code="EMAIL_TAKEN") from None
    assert row is not None
    return typed(Candidate, row)


async def change_candidate(
    connection: Connection,
    caller: OrganizationCaller,
    candidate_id: str,
    patch: CandidatePatch,
    *,
    at: datetime,
) -> Candidate:
    """Raises NotFound, and Conflict EMAIL_TAKEN. Mail that was written already keeps the address it went to."""
    changed = given(patch)
    if not changed:
        return await access_candidate(connection, caller, candidate_id)
    try:
        row = await connection.fetchrow(
            f"UPDATE candidates SET {assignments(changed, start=4)}, updated_at = $3"
            f" WHERE id = $1 AND organization_id = $2 RETURNING {_COLUMNS}",
            candidate_id,
            caller.organization_id,
            at,
            *changed.values(),
        )
    except asyncpg.UniqueViolationError:
        raise Conflict(EMAIL_TAKEN, code="EMAIL_TAKEN") from None
    if row is None:
        raise NotFound
    return typed(Candidate, row)


async def simulated_candidate(
    connection: Connection, caller: OrganizationCaller | Operator, wanted: CandidateCreate, *, at: datetime
) -> str:
    """The id of who plays a candidate, made at first need: in no list, and interviewed in test mode only."""
    found: str = await connection.fetchval(
        "INSERT INTO candidates (id, organization_id, email, first_name, last_name, locale, simulated, created_at,"
        " updated_at) VALUES ($1, $2, $3, $4, $5, $6, true, $7, $7) ON CONFLICT (organization_id, lower(email))"
        " DO UPDATE SET simulated = true RETURNING id",
        ids.new("cand"),
        caller.organization_id,
        wanted.email,
        wanted.first_name,
        wanted.last_name,
        wanted.locale,
        at,
    )
    return found


async def access_candidate(
    connection: Connection, caller: OrganizationCaller, candidate_id: str
) -> Candidate:
    """The one door. Raises NotFound, for another organization's too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM candidates WHERE id = $1 AND organization_id = $2",
        candidate_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return typed(Candidate, row)


async def candidate_at(connection: Connection, caller: OrganizationCaller, email: str) -> str | None:
    """The id of who has this address, whatever its case."""
    found: str | None = await connection.fetchval(
        "SELECT id FROM candidates WHERE organization_id = $1 AND lower(email) = lower($2)",
        caller.organization_id,
        email,
    )
    return found


async def email_is_taken(connection: Connection, caller: OrganizationCaller, email: str) -> bool:
    return await candidate_at(connection, caller, email) is not None


async def list_candidates(
    connection: Connection, caller: OrganizationCaller, query: CandidateQuery
) -> Page[Candidate]:
    where = Conditions()
    where.add("x.organization_id = {} AND NOT x.simulated", caller.organization_id)
    if query.search:
        where.add(
            "(x.email ILIKE {0} OR concat_ws(' ', x.first_name, x.last_name) ILIKE {0})",
            pattern(query.search),
        )
    where.add_given(
        "EXISTS (SELECT FROM interviews i WHERE i.candidate_id = x.id AND i.job_id = {0}"
        " AND i.mode = 'live' UNION ALL"
        " SELECT FROM campaign_candidates cc JOIN campaigns g ON g.id = cc.campaign_id"
        " WHERE cc.candidate_id = x.id AND g.job_id = {0})",
        query.job_id,
    )
    if query.tags:
        where.add("x.tags @> {}::text[]", [tag.strip() for tag in query.tags.split(",") if tag.strip()])
    return await select_page(
        connection,
        _COLUMNS,
        "candidates x",
        where,
        lambda row: typed(Candidate, row),
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )


async def candidates_to_choose(
    connection: Connection, caller: OrganizationCaller, chosen: str
) -> tuple[list[Candidate], bool]:
    """The newest, with the chosen one whatever its age; and whether others are left out."""
    page = await list_candidates(connection, caller, CandidateQuery(page_size=MAX_CHOICES))
    found = list(page.data)
    if chosen and all(candidate.id != chosen for candidate in found):
        with contextlib.suppress(NotFound):
            found.insert(0, await access_candidate(connection, caller, chosen))
    return found, page.pagination.next_cursor is not None
