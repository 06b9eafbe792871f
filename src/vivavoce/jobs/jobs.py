"""Jobs: what candidates are interviewed for."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from vivavoce import ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection
from vivavoce.database.rows import Conditions, pattern, typed
from vivavoce.errors import Fault, NotFound, Unprocessable

MAX_CHOICES = 200

Status = Literal["DRAFT", "ACTIVE", "PAUSED", "CLOSED"]
WorkMode = Literal["ONSITE", "REMOTE", "HYBRID"]
Seniority = Literal["INTERN", "JUNIOR", "MID", "SENIOR", "LEAD", "MANAGER", "DIRECTOR"]
ContractType = Literal["CDI", "CDD", "FREELANCE", "INTERNSHIP", "APPRENTICESHIP"]
ShortText = Annotated[str, msgspec.Meta(max_length=200)]
Money = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]


class JobCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`salary_min` and `salary_max` in k€ a year, `daily_rate` in €."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    description: Annotated[str, msgspec.Meta(max_length=20_000)] | None = None
    department: ShortText | None = None
    location: ShortText | None = None
    work_mode: WorkMode | None = None
    seniority: Seniority | None = None
    contract_type: ContractType | None = None
    salary_min: Money | None = None
    salary_max: Money | None = None
    daily_rate: Money | None = None
    skills: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=100)]], msgspec.Meta(max_length=50)
    ] = []
    status: Literal["DRAFT", "ACTIVE"] = "DRAFT"


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
    if (
        wanted.salary_min is not None
        and wanted.salary_max is not None
        and wanted.salary_min > wanted.salary_max
    ):
        message = "The highest salary is below the lowest."
        raise Unprocessable(message, fields=(Fault("salaryMax", message),))
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
