"""The demonstration: an organization to try everything out on, made once, and the links into it."""

from datetime import datetime, timedelta
from importlib import resources

import msgspec

from vivavoce.agents.agents import AgentCreate, create_agent
from vivavoce.agents.configs import ConfigCreate, create_config, make_default
from vivavoce.callers import Member, Operator
from vivavoce.campaigns.campaigns import CampaignCreate, create_campaign
from vivavoce.campaigns.candidates import CampaignCandidateAdd, add_candidate
from vivavoce.campaigns.stages import StageCreate, create_stage
from vivavoce.candidates.candidates import CandidateCreate, create_candidate
from vivavoce.database.pool import Connection, Row
from vivavoce.interviews.creation import InterviewCreate, create_interview
from vivavoce.interviews.links import invitation_url
from vivavoce.jobs.jobs import JobCreate, create_job
from vivavoce.organizations.members import invite_member
from vivavoce.organizations.organizations import create_organization
from vivavoce.organizations.sign_in import create_sign_in_link
from vivavoce.settings import Settings
from vivavoce.wiring import Services

ORGANIZATION = "Demonstration"
OWNER_NAME, OWNER_EMAIL = "Robin Weaver", "recruiter@example.org"
SIGN_IN_LIFE = timedelta(days=1)
CANDIDATES = (
    CandidateCreate(email="emma.clarke@example.org", first_name="Emma", last_name="Clarke", locale="en"),
    CandidateCreate(email="julien.moreau@example.org", first_name="Julien", last_name="Moreau", locale="fr"),
)
AGENT = AgentCreate(name="Camille", tone="friendly")
JOB = JobCreate(
    title="Customer support specialist",
    description="Helps customers by mail and telephone, finds out what is wrong, and sees to it that it is mended.",
    department="Customer service",
    location="Lyon",
    work_mode="HYBRID",
    seniority="JUNIOR",
    contract_type="CDI",
    skills=["customer care", "diagnosis", "writing"],
    status="ACTIVE",
)
CAMPAIGN = "Customer support, winter"
STAGES = (
    StageCreate("First interview", "AI_INTERVIEW"),
    StageCreate("Meeting the team", "HUMAN_REVIEW"),
)
CONFIG = msgspec.json.decode(
    (resources.files("vivavoce") / "demonstration_config.json").read_bytes(), type=ConfigCreate
)


async def demonstrate(services: Services, connection: Connection) -> str:
    """Make what is missing, and say where to go: the recruiter's way in, and a candidate's."""
    at = services.clock()
    organization = await connection.fetchval("SELECT id FROM organizations WHERE name = $1", ORGANIZATION)
    if organization is None:
        organization = await create_organization(connection, ORGANIZATION, at=at, contact_email=OWNER_EMAIL)
        await _fill(connection, await _owner(connection, organization, at), services.settings, at)
    owner = await _owner(connection, organization, at)
    recruiter = await create_sign_in_link(
        connection, services.settings, owner.member_id, at=at, life=SIGN_IN_LIFE
    )
    lines = [f"  Recruiter: {recruiter}"]
    interview = await _open_interview(connection, owner, services.settings, at)
    if interview:
        candidate = invitation_url(services.settings, interview["id"], interview["link_generation"])
        lines.append(f"  Candidate: {candidate}")
    return "\n".join(lines)


async def _owner(connection: Connection, organization_id: str, at: datetime) -> Member:
    operator = Operator(organization_id)
    member_id = await invite_member(connection, operator, OWNER_EMAIL, "OWNER", at=at, name=OWNER_NAME)
    return Member(organization_id, member_id, "OWNER", OWNER_NAME, OWNER_EMAIL, ORGANIZATION)


async def _fill(connection: Connection, owner: Member, settings: Settings, at: datetime) -> None:
    agent = await create_agent(connection, owner, AGENT, at=at)
    wanted = msgspec.structs.replace(CONFIG, agent_id=agent.id)
    config = await create_config(connection, owner, wanted, at=at)
    await make_default(connection, owner.organization_id, config)
    job = await create_job(connection, owner, JOB, at=at)
    process = CampaignCreate(CAMPAIGN, job.id, status="ACTIVE", interview_config_id=config)
    campaign = await create_campaign(connection, owner, process, at=at)
    stages = [await create_stage(connection, owner, campaign.id, stage, at=at) for stage in STAGES]
    for person in CANDIDATES:
        candidate = await create_candidate(connection, owner, person, at=at)
        addition = CampaignCandidateAdd(candidate.id)
        await add_candidate(connection, owner, campaign.id, addition, at=at)
        invitation = InterviewCreate(candidate_id=candidate.id, job_id=job.id, stage_id=stages[0].id)
        await create_interview(connection, owner, settings, invitation, at=at)


async def _open_interview(
    connection: Connection, owner: Member, settings: Settings, at: datetime
) -> Row | None:
    """The first candidate's, which may still be joined, made anew when the last is over; None without them."""
    latest = await _latest_interview(connection, owner)
    if latest is None or latest["status"] == "IN_PROGRESS":
        return latest
    if latest["status"] in ("DRAFT", "INVITED") and latest["expires_at"] > at:
        return latest
    again = InterviewCreate(
        candidate_id=latest["candidate_id"], job_id=latest["job_id"], stage_id=latest["stage_id"]
    )
    await create_interview(connection, owner, settings, again, at=at)
    return await _latest_interview(connection, owner)


async def _latest_interview(connection: Connection, owner: Member) -> Row | None:
    return await connection.fetchrow(
        "SELECT i.* FROM interviews i JOIN candidates c ON c.id = i.candidate_id"
        " WHERE i.organization_id = $1 AND c.email = $2 ORDER BY i.created_at DESC, i.id DESC LIMIT 1",
        owner.organization_id,
        CANDIDATES[0].email,
    )
