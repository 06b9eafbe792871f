"""Consent: which text the candidate agreed to, and when, before anything is recorded."""

from datetime import datetime

from vivavoce import events
from vivavoce.database.pool import Connection
from vivavoce.web.consent import ConsentText


async def agree(
    connection: Connection, interview_id: str, text: ConsentText, language: str, *, at: datetime
) -> None:
    """The first agreement stands; agreeing again changes nothing."""
    organization_id = await connection.fetchval(
        "WITH given AS (INSERT INTO consents (interview_id, version, language, sha256, agreed_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING interview_id)"
        " SELECT x.organization_id FROM interviews x JOIN given ON given.interview_id = x.id",
        interview_id,
        text.id,
        language,
        text.sha256,
        at,
    )
    if organization_id is not None:
        await events.record(
            connection,
            organization_id,
            "interview.consented",
            actor=events.CANDIDATE,
            at=at,
            interview_id=interview_id,
            data={"text": text.id, "sha256": text.sha256},
        )
