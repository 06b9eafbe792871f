"""The language of an interview: its configuration's, or where that names none, the candidate's, else English."""

from datetime import datetime

from vivavoce.database.pool import Connection


def interview_language(configured: str | None, locale: str) -> str:
    """English where the locale's language is none that interviews are held in."""
    return configured or ("fr" if locale.startswith("fr") else "en")


async def follow_configuration(
    connection: Connection, config_id: str, configured: str | None, *, at: datetime
) -> None:
    """A configuration changed its language: so do its interviews that have not begun."""
    await connection.execute(
        "UPDATE interviews x SET language = w.language, updated_at = $3 FROM (SELECT c.id,"
        " coalesce($2, CASE WHEN c.locale LIKE 'fr%' THEN 'fr' ELSE 'en' END) AS language FROM candidates c) w"
        " WHERE x.config_id = $1 AND x.config_version IS NULL AND w.id = x.candidate_id"
        " AND x.language <> w.language",
        config_id,
        configured,
        at,
    )
