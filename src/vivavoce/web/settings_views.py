"""What the pages below Settings show: who conducts, what is asked, keys, members, the organization."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from vivavoce.callers import Member, Role
from vivavoce.organizations.keys import Key
from vivavoce.organizations.members import MemberRow
from vivavoce.web.recruiter_views import Form, ListFilter

# Keys

RESOURCES = (
    ("interviews", "Interviews"),
    ("candidates", "Candidates"),
    ("jobs", "Jobs"),
    ("campaigns", "Campaigns"),
    ("stages", "Their stages"),
    ("agents", "Agents and interview configurations"),
    ("reports", "Reports"),
    ("webhooks", "Webhooks"),
)
"""What a scope is about, in words."""


class KeysPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/keys.html"""

    member: Member
    rows: tuple[Key, ...]
    at: datetime
    filter: ListFilter
    total: int
    total_pages: int
    notice: str = ""


class NewKeyPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/new_key.html, to /settings/keys: `name`, `expiresOn`, and a field for each scope that is ticked."""

    member: Member
    form: Form
    today: str
    resources: tuple[tuple[str, str], ...] = RESOURCES


class MadeKeyPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/made_key.html: the answer to the form, and the only place that ever shows the secret."""

    member: Member
    name: str
    secret: str


class KeyPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/key.html; posts to …/revocation, without fields."""

    member: Member
    key: Key
    at: datetime
    resources: tuple[tuple[str, str], ...] = RESOURCES


# Members

ROLES: dict[Role, str] = {
    "OWNER": "Owner: also keeps owners and the organization",
    "ADMINISTRATOR": "Administrator: also keeps agents, configurations, keys, webhooks and members",
    "MEMBER": "Member: works with candidates, campaigns and interviews",
    "READER": "Reader: reads, and changes nothing",
}


def role_choices(roles: Iterable[Role]) -> tuple[tuple[str, str], ...]:
    return tuple((role, ROLES[role]) for role in roles)


class MembersPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/members.html"""

    member: Member
    rows: tuple[MemberRow, ...]
    notice: str = ""


class NewMemberPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/new_member.html, to /settings/members: `email`, `name`, `role`."""

    member: Member
    form: Form
    roles: tuple[tuple[str, str], ...]
    mail_leaves: bool


class MemberPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/member.html, to /settings/members/ID: `role`; and to …/removal, without fields."""

    member: Member
    other: MemberRow
    form: Form
    roles: tuple[tuple[str, str], ...]
    """Empty where this member is not the reader's to change."""


class OrganizationPage(msgspec.Struct, frozen=True, kw_only=True):
    """settings/organization.html, to /settings/organization: `name`, `contactEmail`."""

    member: Member
    form: Form
    notice: str = ""
