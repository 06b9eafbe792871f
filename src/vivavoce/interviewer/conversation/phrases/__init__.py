"""Everything the interviewer says besides the questions: in the interview's language and the agent's tone."""

from vivavoce.interviewer.conversation.phrases import english, french
from vivavoce.interviewer.conversation.phrases.shapes import Texts, by_tone
from vivavoce.interviewer.plan import Language, Plan
from vivavoce.interviewer.ports import Mode, NoticeCode

_TEXTS: dict[Language, Texts] = {"en": english.TEXTS, "fr": french.TEXTS}


def say(key: str, plan: Plan, **others: object) -> str:
    name = f" {plan.candidate_first_name}" if plan.candidate_first_name else ""
    values = {
        "name": name,
        "organization": plan.organization,
        "agent": plan.persona.name,
        "job": plan.job_title,
    }
    return by_tone(_TEXTS[plan.language], key, plan.persona.tone).format(**{**values, **others})


def notice(code: NoticeCode, language: Language) -> str:
    return by_tone(_TEXTS[language], f"notice_{code}", "professional")


def greeting(plan: Plan, mode: Mode) -> str:
    """Who asks, that it is an AI, what is kept, who decides, and what the candidate may do."""
    return say(
        "greeting",
        plan,
        hello=say("hello", plan),
        who=say("who", plan),
        kept=say("kept_spoken" if mode == "voice" else "kept_written", plan),
        questions=_questions(plan),
        minutes=_minutes(plan),
    )


def closing(plan: Plan) -> str:
    return say("closing", plan)


def closing_early(plan: Plan) -> str:
    return say("closing_early", plan)


def before_question(plan: Plan, index: int, *, skipped: bool) -> str:
    """A short word between an answer and the next question."""
    if index == 0:
        return say("first_question", plan)
    thanks = say("skipped" if skipped else "thanks", plan)
    return f"{thanks} {say('last_question', plan)}" if index == len(plan.questions) - 1 else thanks


def time_near(plan: Plan, seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    told = say("one_minute", plan) if minutes == 1 else say("many_minutes", plan, count=minutes)
    return say("time_near", plan, minutes=told)


def time_reached(plan: Plan, left: int) -> str:
    rest = say("one_left", plan) if left == 1 else say("many_left", plan, left=left)
    return say("time_reached", plan, rest=rest)


def recap(plan: Plan, index: int, *, answer_begun: bool, missed: bool = False) -> str:
    """Said before the question, when the line is back or the interview goes on elsewhere.

    `missed`: words that were said just before may be lost.
    """
    parts = ["recap", *["recap_begun"] * answer_begun, *["recap_missed"] * missed, "recap_question"]
    return " ".join(say(part, plan, number=index + 1, count=len(plan.questions)) for part in parts)


def process(plan: Plan, asked: str, mode: Mode, index: int) -> str:
    """What the product knows of the interview itself; `index` is that of the question that is open."""
    if asked == "kept":
        return say("process_kept_spoken" if mode == "voice" else "process_kept_written", plan)
    return say(
        f"process_{asked}", plan, questions=_questions(plan), minutes=_minutes(plan), number=max(index, 0) + 1
    )


def _questions(plan: Plan) -> str:
    count = len(plan.questions)
    return say("many_questions", plan, count=count) if count > 1 else say("one_question", plan)


def _minutes(plan: Plan) -> int:
    return max(1, plan.duration_seconds // 60)
