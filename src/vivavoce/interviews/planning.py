"""Turns a configuration into the plan that an agent follows: one language, one version."""

from datetime import datetime

import msgspec

from vivavoce.agents.configs import ConfigBody, ConfigCriterion, Language, Level, Texts
from vivavoce.database.pool import Connection
from vivavoce.errors import NotFound
from vivavoce.evaluation.rubric import Criterion, Rubric
from vivavoce.interviewer.plan import Fact, Persona, Plan, Question

LEVELS: tuple[Level, ...] = ("1", "2", "3", "4", "5")


async def read_plan(connection: Connection, interview_id: str, *, at: datetime) -> Plan:
    """Raises NotFound."""
    row = await connection.fetchrow(
        "SELECT x.id, interview_status(x.status, x.expires_at, $2) AS status, x.mode, x.language, c.first_name,"
        " o.name AS organization, j.title, v.body, v.version, a.name AS agent, a.provider, a.voice, a.tone,"
        " a.patience, a.instructions, a.suspicion_level FROM interviews x"
        " JOIN candidates c ON c.id = x.candidate_id JOIN organizations o ON o.id = x.organization_id"
        " JOIN jobs j ON j.id = x.job_id JOIN interview_configs g ON g.id = x.config_id"
        " JOIN interview_config_versions v ON v.config_id = g.id AND v.version = coalesce(x.config_version, g.version)"
        " JOIN agents a ON a.id = v.agent_id"
        " WHERE x.id = $1",
        interview_id,
        at,
    )
    if row is None:
        raise NotFound
    body = msgspec.convert(row["body"], ConfigBody)
    language: Language = row["language"]
    return Plan(
        interview_id=row["id"],
        status=row["status"],
        mode=row["mode"],
        language=language,
        candidate_first_name=row["first_name"] or "",
        organization=row["organization"],
        job_title=row["title"],
        persona=Persona(
            name=row["agent"],
            provider=row["provider"],
            voice=row["voice"],
            tone=row["tone"],
            patience=row["patience"],
            instructions=row["instructions"],
            suspicion_level=row["suspicion_level"],
        ),
        questions=tuple(
            Question(
                id=question.id,
                text=question.text[language],
                criteria=tuple(question.criteria),
                max_follow_ups=question.max_follow_ups,
                seconds=round(question.time_minutes * 60),
            )
            for question in body.questions
        ),
        rubric=rubric_of(body, row["version"], language),
        duration_seconds=body.duration_minutes * 60,
        facts=tuple(Fact(fact.id, fact.topic[language], fact.text[language]) for fact in body.facts),
    )


def rubric_of(body: ConfigBody, version: int, language: Language) -> Rubric:
    return Rubric(
        criteria=tuple(_criterion(criterion, language) for criterion in body.criteria),
        version=version,
        language=language,
    )


def _criterion(criterion: ConfigCriterion, language: Language) -> Criterion:
    def told(texts: Texts) -> str:
        return texts.get(language, "")

    one, two, three, four, five = (told(criterion.levels.get(level, {})) for level in LEVELS)
    return Criterion(
        id=criterion.id,
        name=told(criterion.name),
        description=told(criterion.description),
        weight=criterion.weight,
        levels=(one, two, three, four, five),
        reference_points=tuple(criterion.reference_points.get(language, ())),
    )
