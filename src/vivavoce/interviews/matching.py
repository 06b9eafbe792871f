"""Which interviews a list holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vivavoce.database.rows import Conditions

Status = Literal["DRAFT", "INVITED", "IN_PROGRESS", "COMPLETED", "CANCELLED", "EXPIRED"]
Mode = Literal["live", "test"]


@dataclass(frozen=True, kw_only=True)
class InterviewFilter:
    """`created_before`, `created_after` and `updated_after` leave the moment itself out."""

    organization_id: str
    mode: Mode = "live"
    status: Status | None = None
    job_id: str | None = None
    campaign_id: str | None = None
    candidate_id: str | None = None
    external_id: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None

    def conditions(self, at: datetime) -> Conditions:
        """On `interviews x`; the time `at` is $1."""
        where = Conditions()
        where.add("{}::timestamptz IS NOT NULL", at)  # $1 of the columns, which the count does not read
        where.add("x.organization_id = {}", self.organization_id)
        where.add("x.mode = {}", self.mode)
        if self.status:
            _add_status(where, self.status)
        where.add_given("x.job_id = {}", self.job_id)
        where.add_given("x.campaign_id = {}", self.campaign_id)
        where.add_given("x.candidate_id = {}", self.candidate_id)
        where.add_given("x.external_id = {}", self.external_id)
        where.add_given("x.created_at > {}", self.created_after)
        where.add_given("x.created_at < {}", self.created_before)
        where.add_given("x.updated_at > {}", self.updated_after)
        return where

    @property
    def is_narrow(self) -> bool:
        """Few enough to be counted one by one."""
        things = (self.job_id, self.campaign_id, self.candidate_id, self.external_id)
        return any(thing is not None for thing in things)


def _add_status(where: Conditions, status: Status) -> None:
    """As `interview_status` has it, told so that an index can find it; the time is $1."""
    if status == "EXPIRED":
        where.add(
            "x.status = ANY('{{EXPIRED,DRAFT,INVITED}}') AND (x.status = 'EXPIRED' OR x.expires_at <= $1)"
        )
    else:
        where.add("x.status = {}", status)
        if status in ("DRAFT", "INVITED"):
            where.add("x.expires_at > $1")
