"""Jobs: what candidates are interviewed for."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from vivavoce import ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection
from vivavoce.database.rows import Conditions, assignments, given, pattern, typed
from vivavoce.errors import Fault, NotFound, Unprocessable

MAX_CHOICES = 200

Status = Literal["DRAFT", "ACTIVE", "PAUSED", "CLOSED"]
WorkMode = Literal["ONSITE", "REMOTE", "HYBRID"]
Seniority = Literal["INTERN", "JUNIOR", "MID", "SENIOR", "LEAD", "MANAGER", "DIRECTOR"]
ContractType = Literal["CDI", "CDD", "FREELANCE", "INTERNSHIP", "APPRENTICESHIP"]
ShortText = Annotated[str, msgspec.Meta(max_length=200)]
Money = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]


Title = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=200)]
Description = Annotated[str, msgspec.Meta(max_length=20_000)]
Skills = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=100)]], msgspec.Meta(max_length=50)
]


class JobCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`salary_min` and `salary_max` in k€ a year, `daily_rate` in €."""

    title: Title
    description: Description | None = None
    department: ShortText | None = None
    location: ShortText | None = None
    work_mode: WorkMode | None = None
    seniority: Seniority | None = None
    contract_type: ContractType | None = None
    salary_min: Money | None = None
    salary_max: Money | None = None
    daily_rate: Money | None = None
    skills: Skills = []
    status: Literal["DRAFT", "ACTIVE"] = "DRAFT"


class JobPatch(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is absent stays as it is, null takes away; `skills` are replaced as a whole. Any status may follow any."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    description: Description | None | msgspec.UnsetType = msgspec.UNSET
    department: ShortText | None | msgspec.UnsetType = msgspec.UNSET
    location: ShortText | None | msgspec.UnsetType = msgspec.UNSET
    work_mode: WorkMode | None | msgspec.UnsetType = msgspec.UNSET
    seniority: Seniority | None | msgspec.UnsetType = msgspec.UNSET
    contract_type: ContractType | None | msgspec.UnsetType = msgspec.UNSET
    salary_min: Money | None | msgspec.UnsetType = msgspec.UNSET
    salary_max: Money | None | msgspec.UnsetType = msgspec.UNSET
    daily_rate: Money | None | msgspec.UnsetType = msgspec.UNSET
    skills: Skills | msgspec.UnsetType = msgspec.UNSET
    status: Status | msgspec.UnsetType = msgspec.UNSET


class Job(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    title: str
    description: str | None
    department: str | None
    location: str | None
    work_mode: WorkMode | None
    seniority: Seniority | None
    contract_type: ContractType | None
    salary_min: float | None
    salary_max: float | None
    daily_rate: float | None
    skills: list[str]
    status: Status
    created_at: datetime
    updated_at: datetime


class JobQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None
    search: ShortText | None = None
    status: Status | None = None
    department: str | None = None
    work_mode: WorkMode | None = None


class JobChoice(msgspec.Struct, frozen=True):
    id: str
    title: str
    location: str | None


_COLUMNS = ", ".join(Job.__struct_fields__)


async def create_job(
    connection: Connection, caller: OrganizationCaller, wanted: JobCreate, *, at: datetime
) -> Job:
    _require_range(wanted.salary_min, wanted.salary_max)
    row = await connection.fetchrow(
        "INSERT INTO jobs (id, organization_id, title, description, department, location, work_mode, seniority,"
        " contract_type, salary_min, salary_max, daily_rate, skills, status, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)"
        f" RETURNING {_COLUMNS}",
        ids.new("job"),
        caller.organization_id,
        wanted.title,
        wanted.description,
        wanted.department,
        wanted.location,
        wanted.work_mode,
        wanted.seniority,
        wanted.contract_type,
        wanted.salary_min,
        wanted.salary_max,
        wanted.daily_rate,
        wanted.skills,
        wanted.status,
        at,
    )
    assert row is not None
    return typed(Job, row)


async def change_job(
    connection: Connection, caller: OrganizationCaller, job_id: str, patch: JobPatch, *, at: datetime
) -> Job:
    """Raises NotFound, and Unprocessable for salaries that do not go together. Its interviews stay as they are."""
    changed = given(patch)
    if not changed:
        return await access_job(connection, caller, job_id)
    row = await connection.fetchrow(
        f"UPDATE jobs SET {assignments(changed, start=4)}, updated_at = $3"
        f" WHERE id = $1 AND organization_id = $2 RETURNING {_COLUMNS}",
        job_id,
        caller.organization_id,
        at,
        *changed.values(),
    )
    if row is None:
        raise NotFound
    _require_range(row["salary_min"], row["salary_max"])
    return typed(Job, row)


def _require_range(lowest: float | None, highest: float | None) -> None:
    if lowest is not None and highest is not None and lowest > highest:
        message = "The highest salary is below the lowest."
        raise Unprocessable(message, fields=(Fault("salaryMax", message),))


async def access_job(connection: Connection, caller: OrganizationCaller, job_id: str) -> Job:
    """The one door. Raises NotFound, for another organization's too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM jobs WHERE id = $1 AND organization_id = $2", job_id, caller.organization_id
    )
    if row is None:
        raise NotFound
    return typed(Job, row)


async def list_jobs(connection: Connection, caller: OrganizationCaller, query: JobQuery) -> Page[Job]:
    where = Conditions()
    where.add("x.organization_id = {}", caller.organization_id)
    where.add_given("x.title ILIKE {}", pattern(query.search) if query.search else None)
    where.add_given("x.status = {}", query.status)
    where.add_given("x.department = {}", query.department)
    where.add_given("x.work_mode = {}", query.work_mode)
    return await select_page(
        connection,
        _COLUMNS,
        "jobs x",
        where,
        lambda row: typed(Job, row),
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )


async def jobs_to_choose(
    connection: Connection, caller: OrganizationCaller, chosen: str, *, closed: bool
) -> list[JobChoice]:
    """The newest, with the chosen one whatever its age; closed ones too where those are wanted."""
    rows = await connection.fetch(
        "SELECT id, title, location FROM jobs WHERE organization_id = $1 AND (status <> 'CLOSED' OR $2)"
        " ORDER BY id = $3 DESC, created_at DESC, id DESC LIMIT $4",
        caller.organization_id,
        closed,
        chosen,
        MAX_CHOICES,
    )
    return [typed(JobChoice, row) for row in rows]
