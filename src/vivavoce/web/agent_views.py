"""What the pages of agents and interview configurations show."""

import msgspec

from vivavoce.agents.agents import Agent
from vivavoce.agents.configs import Config, ConfigVersion
from vivavoce.callers import Member
from vivavoce.rehearsal.rehearsals import Rehearsal
from vivavoce.web.recruiter_views import Choice, Form, ListFilter


class AgentsPage(msgspec.Struct, frozen=True, kw_only=True):
    """agents/list.html"""

    member: Member
    rows: tuple[Agent, ...]
    filter: ListFilter
    total: int
    total_pages: int


class AgentPage(msgspec.Struct, frozen=True, kw_only=True):
    """agents/agent.html"""

    member: Member
    agent: Agent
    voice: str
    job: Choice | None
    notice: str = ""


class AgentFormPage(msgspec.Struct, frozen=True, kw_only=True):
    """agents/form.html, to /settings/agents or /settings/agents/ID.

    `name`, `voice` (as `openai/marin`), `tone`, `language`, `patience`, `suspicionLevel`, `jobId`,
    `instructions`.
    """

    member: Member
    form: Form
    agent: Agent | None
    """None for a new one."""
    voices: tuple[Choice, ...]
    jobs: tuple[Choice, ...]


class ConfigsPage(msgspec.Struct, frozen=True, kw_only=True):
    """configs/list.html"""

    member: Member
    rows: tuple[Config, ...]
    filter: ListFilter
    total: int
    total_pages: int


class ConfigPage(msgspec.Struct, frozen=True, kw_only=True):
    """configs/config.html: one version, with a way to the others."""

    member: Member
    config: Config
    agent: Agent
    newest: int
    versions: tuple[ConfigVersion, ...]
    notice: str = ""


class QuestionBlock(msgspec.Struct, frozen=True):
    """One question of the form; `criteria` are the boxes that can be ticked: field, label."""

    path: str
    criteria: tuple[tuple[str, str], ...]


class CriterionBlock(msgspec.Struct, frozen=True):
    path: str
    label: str


class ConfigFormPage(msgspec.Struct, frozen=True, kw_only=True):
    """configs/form.html, to /settings/configurations or /settings/configurations/ID.

    Fields are named by their place, as `questions.0.text.en` and `criteria.2.levels.5.fr`; the fields of a
    question's criteria by their ids. A button `do` adds, moves or removes a question, a criterion or a fact,
    and leads back to the form.
    """

    member: Member
    form: Form
    config: Config | None
    """None for a new one."""
    agents: tuple[Choice, ...]
    questions: tuple[QuestionBlock, ...]
    criteria: tuple[CriterionBlock, ...]
    facts: tuple[str, ...]
    """Their paths."""
    may_add_question: bool
    may_add_criterion: bool
    may_add_fact: bool


class RehearsalFormPage(msgspec.Struct, frozen=True, kw_only=True):
    """configs/rehearsal.html, to /settings/configurations/ID/rehearsals.

    `persona`, `mode` (`voice` or `text`), `jobId`, and `language` where the configuration leaves it open.
    """

    member: Member
    form: Form
    config: Config
    personas: tuple[tuple[str, str, str], ...]
    """Key, title and what each is like."""
    jobs: tuple[Choice, ...]
    earlier: tuple[Rehearsal, ...]
