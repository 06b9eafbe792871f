"""Who asks. Every way in ends in one of these, and every thing is reached with one of them."""

from typing import Literal

import msgspec

Role = Literal["OWNER", "ADMINISTRATOR", "MEMBER", "READER"]

SCOPES = frozenset(
    f"{resource}:{verb}"
    for resource in (
        "interviews",
        "candidates",
        "jobs",
        "campaigns",
        "stages",
        "agents",
        "reports",
        "webhooks",
    )
    for verb in ("read", "write")
)


class ApiKey(msgspec.Struct, frozen=True):
    """An integrator, by an organization's API key."""

    organization_id: str
    key_id: str
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        return self.key_id


class Member(msgspec.Struct, frozen=True):
    """A signed-in person of an organization."""

    organization_id: str
    member_id: str
    role: Role
    name: str
    email: str
    organization: str

    @property
    def actor(self) -> str:
        return self.member_id

    @property
    def may_write(self) -> bool:
        return self.role != "READER"

    @property
    def may_administer(self) -> bool:
        """Agents, configurations, keys, webhooks, members."""
        return self.role in ("OWNER", "ADMINISTRATOR")


class Operator(msgspec.Struct, frozen=True):
    """Who runs the installation, by its commands: may do what an owner may."""

    organization_id: str

    @property
    def actor(self) -> str:
        return "operator"

    @property
    def role(self) -> Role:
        return "OWNER"

    @property
    def may_administer(self) -> bool:
        return True


class Agent(msgspec.Struct, frozen=True):
    """A voice agent: by the agents' secret, or by a LiveKit token for the one interview of its room."""

    interview_id: str | None = None
    generation: int | None = None
    """The lease under which it writes, when it says so."""


class Candidate(msgspec.Struct, frozen=True):
    """The candidate's own page, by a token good for one interview."""

    interview_id: str
    link_generation: int | None = None
    """Of the link that the page came by; None where the token is not one of ours, and does not say."""


OrganizationCaller = ApiKey | Member
Administrator = Member | Operator
"""Who keeps keys and members; what each role may is for the functions to see to."""
