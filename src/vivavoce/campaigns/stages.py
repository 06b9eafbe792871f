"""Stages: the ordered steps of a campaign. Positions run 1, 2, 3 without a gap."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from vivavoce import events, ids
from vivavoce.callers import OrganizationCaller
from vivavoce.campaigns.campaigns import Name, given, hold_campaign, require_owned
from vivavoce.database.pool import Connection
from vivavoce.database.rows import typed
from vivavoce.errors import Conflict, NotFound, Unprocessable

MAX_STAGES = 50

StageType = Literal["AI_INTERVIEW", "TEST", "AI_PREQUALIFICATION", "HUMAN_REVIEW"]
Position = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class StageCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Last unless `position` says otherwise; what is at it and after it moves on by one."""

    name: Name
    type: StageType
    position: Position | None = None
    config_id: str | None = None
    generate_report: bool | None = None


class StagePatch(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is left out stays; null gives `config_id` and `generate_report` back to their defaults."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    type: StageType | msgspec.UnsetType = msgspec.UNSET
    position: Position | msgspec.UnsetType = msgspec.UNSET
    config_id: str | None | msgspec.UnsetType = msgspec.UNSET
    generate_report: bool | None | msgspec.UnsetType = msgspec.UNSET


class Stage(msgspec.Struct, frozen=True, rename="camel"):
    """`config_id` null: the campaign's `interviewConfigId`; `generate_report` null: as the configuration says."""

    id: str
    campaign_id: str
    position: int
    name: str
    type: StageType
    config_id: str | None
    generate_report: bool | None
    created_at: datetime
    updated_at: datetime


_COLUMNS = ", ".join(Stage.__struct_fields__)


async def read_stages(connection: Connection, campaign_id: str) -> list[Stage]:
    """All, in order, of a campaign that was reached through its door."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM stages WHERE campaign_id = $1 ORDER BY position", campaign_id
    )
    return [typed(Stage, row) for row in rows]


async def access_stage(
    connection: Connection, caller: OrganizationCaller, campaign_id: str, stage_id: str
) -> Stage:
    """The one door. Raises NotFound, for another organization's and another campaign's too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM stages WHERE id = $1 AND campaign_id = $2"
        " AND campaign_id IN (SELECT id FROM campaigns WHERE organization_id = $3)",
        stage_id,
        campaign_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return typed(Stage, row)


async def create_stage(
    connection: Connection, caller: OrganizationCaller, campaign_id: str, wanted: StageCreate, *, at: datetime
) -> Stage:
    """Candidates who were in the campaign before it had a stage are at this one."""
    await hold_campaign(connection, caller, campaign_id)
    order = await _order(connection, campaign_id)
    if len(order) >= MAX_STAGES:
        raise Unprocessable(f"A campaign has at most {MAX_STAGES} stages.")
    stage = Stage(
        id=ids.new("stg"),
        campaign_id=campaign_id,
        position=len(order) + 1,
        name=wanted.name,
        type=wanted.type,
        config_id=wanted.config_id,
        generate_report=wanted.generate_report,
        created_at=at,
        updated_at=at,
    )
    await _require_fitting(connection, caller, stage)
    await connection.execute(
        f"INSERT INTO stages ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *msgspec.structs.astuple(stage),
    )
    await connection.execute(
        "UPDATE campaign_candidates SET stage_id = $2, stage_entered_at = $3, updated_at = $3"
        " WHERE campaign_id = $1 AND stage_id IS NULL",
        campaign_id,
        stage.id,
        at,
    )
    await _place(connection, order, stage.id, wanted.position or stage.position, at)
    await events.record(
        connection,
        caller.organization_id,
        "stage.created",
        actor=caller.actor,
        at=at,
        data=_named(stage),
    )
    return await access_stage(connection, caller, campaign_id, stage.id)


async def update_stage(
    connection: Connection,
    caller: OrganizationCaller,
    campaign_id: str,
    stage_id: str,
    wanted: StagePatch,
    *,
    at: datetime,
) -> Stage:
    """A new position moves the others. Raises Conflict STAGE_IN_USE for a new type once it has interviews."""
    await hold_campaign(connection, caller, campaign_id)
    before = await access_stage(connection, caller, campaign_id, stage_id)
    after = msgspec.structs.replace(before, **given(wanted))
    if after == before:
        return before
    await _require_fitting(connection, caller, after)
    if after.type != before.type:
        await _require_unused(connection, stage_id, "its type stays")
    await connection.execute(
        "UPDATE stages SET name = $2, type = $3, config_id = $4, generate_report = $5, updated_at = $6 WHERE id = $1",
        stage_id,
        after.name,
        after.type,
        after.config_id,
        after.generate_report,
        at,
    )
    if after.position != before.position:
        others = [one for one in await _order(connection, campaign_id) if one != stage_id]
        await _place(connection, others, stage_id, after.position, at)
    await events.record(
        connection,
        caller.organization_id,
        "stage.updated",
        actor=caller.actor,
        at=at,
        data=_named(after),
    )
    return await access_stage(connection, caller, campaign_id, stage_id)


async def delete_stage(
    connection: Connection, caller: OrganizationCaller, campaign_id: str, stage_id: str, *, at: datetime
) -> None:
    """Whoever is at it goes to the stage before, or where it was the first, to the one after.

    Raises Conflict STAGE_IN_USE where it has interviews.
    """
    await hold_campaign(connection, caller, campaign_id)
    stage = await access_stage(connection, caller, campaign_id, stage_id)
    await _require_unused(connection, stage_id, "it cannot be deleted")
    others = [one for one in await _order(connection, campaign_id) if one != stage_id]
    await connection.execute(
        "UPDATE campaign_candidates SET stage_id = $2, stage_entered_at = $3, updated_at = $3 WHERE stage_id = $1",
        stage_id,
        others[max(stage.position - 2, 0)] if others else None,
        at,
    )
    await connection.execute("DELETE FROM stages WHERE id = $1", stage_id)
    await _number(connection, others, at)
    await events.record(
        connection,
        caller.organization_id,
        "stage.deleted",
        actor=caller.actor,
        at=at,
        data=_named(stage),
    )


async def _require_fitting(connection: Connection, caller: OrganizationCaller, stage: Stage) -> None:
    if stage.config_id is not None:
        await require_owned(connection, caller, "interview_configs", "configId", stage.config_id)
    if stage.type == "AI_INTERVIEW":
        return
    for field, value in (("configId", stage.config_id), ("generateReport", stage.generate_report)):
        if value is not None:
            raise Unprocessable.field(field, "Only stages of the type AI_INTERVIEW have this.")


async def is_used(connection: Connection, stage_id: str) -> bool:
    """Whether it has interviews: then it keeps its type and stays."""
    used: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM interviews WHERE stage_id = $1)", stage_id
    )
    return used


async def _require_unused(connection: Connection, stage_id: str, consequence: str) -> None:
    """Held, so that an interview that is being made for it right now is seen too."""
    await connection.execute("SELECT 1 FROM stages WHERE id = $1 FOR UPDATE", stage_id)
    if await is_used(connection, stage_id):
        raise Conflict(f"This stage has interviews, so {consequence}.", code="STAGE_IN_USE")


async def _order(connection: Connection, campaign_id: str) -> list[str]:
    return [stage.id for stage in await read_stages(connection, campaign_id)]


async def _place(
    connection: Connection, others: Sequence[str], stage_id: str, position: int, at: datetime
) -> None:
    """Beyond the end is the end."""
    order = [*others[: position - 1], stage_id, *others[position - 1 :]]
    await _number(connection, order, at)


async def _number(connection: Connection, order: Sequence[str], at: datetime) -> None:
    await connection.execute(
        "UPDATE stages s SET position = o.position, updated_at = $2"
        " FROM unnest($1::text[]) WITH ORDINALITY o(id, position) WHERE s.id = o.id AND s.position <> o.position",
        order,
        at,
    )


def _named(stage: Stage) -> dict[str, str]:
    return {"campaignId": stage.campaign_id, "stageId": stage.id}
