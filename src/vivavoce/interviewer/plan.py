"""What an interview is to ask and how: the body of `GET /api/interviews/:id/plan`, in one language."""

from typing import Literal

import msgspec

from vivavoce.evaluation.rubric import Rubric

Language = Literal["en", "fr"]
Patience = Literal["patient", "quick"]


class Question(msgspec.Struct, frozen=True, rename="camel"):
    """Asked word for word. `seconds` is its share of the time, a guide and never a cut."""

    id: str
    text: str
    criteria: tuple[str, ...] = ()
    max_follow_ups: int = 1
    seconds: int = 240


class Persona(msgspec.Struct, frozen=True, rename="camel"):
    """Who conducts: the agent's name, voice, tone, patience and instructions; suspicion 0 (off) to 3."""

    name: str
    provider: str = "local"
    voice: str = "default"
    tone: Literal["professional", "friendly", "formal", "casual", "empathetic"] = "professional"
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

    def question(self, question_id: str) -> Question | None:
        return next((one for one in self.questions if one.id == question_id), None)
