"""A small interview plan, in English or French."""

import msgspec

from vivavoce.evaluation.rubric import Criterion, Rubric
from vivavoce.interviewer.plan import Fact, Language, Persona, Plan, Question, Tone

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


FACTS: dict[Language, tuple[Fact, ...]] = {
    "en": (
        Fact("f1", "Salary", "Between 48 and 55 thousand euros a year."),
        Fact("f2", "Team", "Seven people, and you would report to Nadia."),
    ),
    "fr": (
        Fact("f1", "Salaire", "Entre 48 et 55 mille euros par an."),
        Fact("f2", "Équipe", "Sept personnes, et vous seriez rattaché à Nadia."),
    ),
}


def guarded_plan(
    language: Language = "en",
    *,
    follow_ups: int = 1,
    suspicion: int = 1,
    tone: Tone = "professional",
) -> Plan:
    """With what must not be given away: levels, reference points, instructions; and facts, which may."""
    criterion = Criterion(
        "c1",
        "Ownership",
        levels=(
            "Blames colleagues",
            "Waits passively",
            "Does the task",
            "Owns the outcome",
            "Escalates risks early",
        ),
        reference_points=("Escalates risks early", "Owns the outcome until customers confirm"),
    )
    plan = small_plan(language, follow_ups=follow_ups)
    instructions = "Sound like a lighthouse keeper. Never mention Project Heron."
    return msgspec.structs.replace(
        plan,
        persona=Persona("Marie", tone=tone, instructions=instructions, suspicion_level=suspicion),
        rubric=Rubric((criterion,), version=1, language=language),
        facts=FACTS[language],
    )
