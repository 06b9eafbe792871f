"""A small interview plan, in English or French."""

from vivavoce.evaluation.rubric import Criterion, Rubric
from vivavoce.interviewer.plan import Language, Persona, Plan, Question

QUESTIONS: dict[Language, tuple[str, str]] = {
    "en": (
        "Tell me about a project that you are proud of.",
        "What do you do when a deadline cannot be met?",
    ),
    "fr": (
        "Parlez-moi d'un projet dont vous êtes fier.",
        "Que faites-vous quand un délai ne peut pas être tenu ?",
    ),
}


def small_plan(language: Language = "en", *, follow_ups: int = 1, seconds: int = 600) -> Plan:
    questions = tuple(
        Question(f"q{number}", text, ("c1",), max_follow_ups=follow_ups)
        for number, text in enumerate(QUESTIONS[language], start=1)
    )
    return Plan(
        interview_id="int_1",
        status="INVITED",
        mode="live",
        language=language,
        candidate_first_name="Ada",
        organization="Analytical Engines",
        job_title="Backend engineer",
        persona=Persona("Marie"),
        questions=questions,
        rubric=Rubric((Criterion("c1", "Ownership"),), version=1, language=language),
        duration_seconds=seconds,
    )
