"""What an interview is to ask and how: the body of `GET /api/interviews/:id/plan`, in one language."""

from typing import Literal

import msgspec

from vivavoce.evaluation.rubric import Rubric

Language = Literal["en", "fr"]
Tone = Literal["professional", "friendly", "formal", "casual", "empathetic"]
Patience = Literal["patient", "quick"]


class Question(msgspec.Struct, frozen=True, rename="camel"):
    """Asked word for word. `seconds` is its share of the time, a guide and never a cut."""

    id: str
    text: str
    criteria: tuple[str, ...] = ()
    max_follow_ups: int = 1
    seconds: int = 240


class Fact(msgspec.Struct, frozen=True, rename="camel"):
    """What the recruiter tells candidates who ask: `text` is said word for word."""

    id: str
    topic: str
    text: str


class Persona(msgspec.Struct, frozen=True, rename="camel"):
    """Who conducts: the agent's name, voice, tone, patience and instructions; suspicion 0 (off) to 3."""

    name: str
    provider: str = "local"
    voice: str = "default"
    tone: Tone = "professional"
    patience: Patience = "patient"
    instructions: str = ""
    suspicion_level: int = 1


class Plan(msgspec.Struct, frozen=True, rename="camel"):
    interview_id: str
    status: str
    mode: Literal["live", "test"]
    language: Language
    candidate_first_name: str
    organization: str
    job_title: str
    persona: Persona
    questions: tuple[Question, ...]
    rubric: Rubric
    duration_seconds: int
    facts: tuple[Fact, ...] = ()

    def question(self, question_id: str) -> Question | None:
        return next((one for one in self.questions if one.id == question_id), None)

    def fact(self, fact_id: str) -> Fact | None:
        return next((one for one in self.facts if one.id == fact_id), None)
