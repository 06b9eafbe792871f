"""An interview about an outage, as its turns, with the rubric that it is judged by, in both languages."""

from typing import Any

from vivavoce.evaluation.rubric import Criterion, Rubric
from vivavoce.evaluation.transcript import TranscriptTurn
from vivavoce.interviewer.plan import Question

OUTAGE = Question("q1", "Tell me about an outage that you handled.", ("incident",))
TEAM = Question("q2", "How do you help a colleague who is stuck?", ("mentoring",))
QUESTIONS = (OUTAGE, TEAM)

INCIDENT = Criterion(
    "incident",
    "Handling incidents",
    "Restores the service first and looks for the cause afterwards.",
    weight=2,
    levels=(
        "Waits for others to notice and to repair.",
        "Repairs by trial, without a plan or a record.",
        "Restores the service and finds the immediate cause.",
        "Rolls back quickly, finds the cause, and tells those concerned.",
        "Also prevents it from coming back, with a test or an alarm that others can use.",
    ),
    reference_points=(
        "Rolled back the deployment to restore the service before searching for the cause",
        "Told customers and support about the outage and when to expect a repair",
        "Wrote a blameless review and added an alarm so that it cannot happen again",
    ),
)
MENTORING = Criterion(
    "mentoring",
    "Mentoring",
    reference_points=(
        "Asks what the colleague has tried already and lets them explain the obstacle",
        "Works in pairs at the keyboard and lets the colleague type",
    ),
)
RUBRIC = Rubric((INCIDENT, MENTORING), version=3, language="en")

GOOD = (
    "Last March a bad deployment broke checkout. I rolled back the deployment within four minutes and only then "
    "searched for the cause. I wrote to our customers and to support so that they knew about the outage. "
    "Afterwards we held a blameless review, and I added an alarm on failed payments."
)
GOOD_HELP = (
    "First I ask what they have tried already, because explaining the obstacle often solves it. "
    "Then we work in pairs and I let my colleague type at the keyboard."
)
HOLIDAY = "My favourite holiday was in Norway. We walked along the fjords and ate fish every evening."

RUBRIC_FR = Rubric(
    (
        Criterion(
            "incident",
            "Gestion d’incident",
            reference_points=(
                "A annulé le déploiement pour rétablir le service avant de chercher la cause",
                "A prévenu les clients et le support de la panne",
                "A rédigé un bilan sans accuser personne et ajouté une alerte",
            ),
        ),
    ),
    version=1,
    language="fr",
)
PANNE = Question("q1", "Parlez-moi d’une panne que vous avez gérée.", ("incident",))
BONNE = (
    "En mars, un déploiement a cassé les paiements. J’ai d’abord annulé le déploiement, le service était rétabli "
    "en quatre minutes, puis nous avons cherché la cause. J’ai prévenu les clients et le support. "
    "Ensuite j’ai rédigé un bilan sans accuser qui que ce soit."
)


def interview(*said: str, questions: tuple[Question, ...] = QUESTIONS) -> list[TranscriptTurn]:
    """Each question in turn, and what the candidate said to it; ten seconds a turn."""
    turns: list[TranscriptTurn] = []
    for question, answer in zip(questions, said, strict=False):
        turns += [
            turn(len(turns) + 1, "agent", question.text, question.id),
            turn(len(turns) + 2, "candidate", answer, question.id),
        ]
    return turns


def turn(
    number: int,
    role: Any,
    content: str,
    question: str | None = None,
    evaluation: dict[str, Any] | None = None,
) -> TranscriptTurn:
    start = (number - 1) * 10_000
    return TranscriptTurn(number, role, content, question, start, start + 9_000, evaluation)
