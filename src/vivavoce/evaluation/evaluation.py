"""The two things that an evaluation does: make the report of an interview, and rate one answer as it comes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

from vivavoce.evaluation.account import account, conduct
from vivavoce.evaluation.evaluator import Claim, Evaluator, Narrative, Rating, Task
from vivavoce.evaluation.evidence import standing
from vivavoce.evaluation.given import given_flags, given_questions, given_ratings
from vivavoce.evaluation.masking import masked, unmasked
from vivavoce.evaluation.report import (
    CriterionScore,
    EvaluatorLabel,
    Evidence,
    Flag,
    Point,
    ReportBody,
    TurnEvaluation,
    TurnScore,
)
from vivavoce.evaluation.rubric import Criterion, Rubric
from vivavoce.evaluation.scorecard import score, scorecard
from vivavoce.evaluation.substance import addresses_scorer, solid_sentences
from vivavoce.evaluation.transcript import Answer, AskedQuestion, TranscriptTurn, answers
from vivavoce.evaluation.wording import say

NOTICED = "addresses_scorer"
"""The flag that is found here; an agent's own of that name would say it twice."""


async def evaluate(
    turns: Sequence[TranscriptTurn],
    rubric: Rubric,
    questions: Sequence[AskedQuestion],
    evaluator: Evaluator,
    *,
    names: Sequence[str] = (),
    vigilant: bool = True,
) -> ReportBody:
    """The report of an interview. `names` are the candidate's, to be hidden from the evaluator.

    Unless it is `vigilant`, nothing that the candidate says is flagged.
    """
    interview = _Interview(turns, rubric, questions, names)
    rated = [interview.checked(rating) for rating in await evaluator.rate(list(_tasks(interview, evaluator)))]
    scores = [_score(interview, criterion, rated) for criterion in rubric.criteria]
    narrative = await _narrative(interview, scores, evaluator)
    label = EvaluatorLabel(evaluator.kind, evaluator.model, evaluator.prompt_version, rubric.version)
    given = [one for one in given_flags(interview.turns) if one.type != NOTICED]
    flags = [*(_noticed(interview) if vigilant else ()), *_ratings_from_agent(interview), *given]
    return ReportBody(
        summary=narrative.summary,
        strengths=interview.points(narrative.strengths),
        concerns=interview.points(narrative.concerns),
        scorecard=scorecard(scores, narrative.summary, flags, label, rubric.language),
        questions=account(answers(interview.turns, questions), questions),
        conduct=conduct(interview.turns),
        evaluator=label,
        candidate_questions=given_questions(interview.turns),
    )


async def evaluate_answer(
    turns: Sequence[TranscriptTurn],
    question: AskedQuestion,
    rubric: Rubric,
    evaluator: Evaluator,
    *,
    names: Sequence[str] = (),
    vigilant: bool = True,
) -> TurnEvaluation:
    """One rating of the answer to a question so far, in the form in which a turn carries it."""
    interview = _Interview(turns, rubric, [question], names)
    about = [answer for answer in interview.solid_answers if answer.question_id == question.id]
    criteria = tuple(one for one in rubric.criteria if not question.criteria or one.id in question.criteria)
    tasks = [Task(answer, criteria, rubric.language) for answer in about]
    rated = [interview.checked(rating) for rating in await evaluator.rate(tasks)] if tasks else []
    said = [turn for answer in about for turn in answer.spoken]
    return TurnEvaluation(
        criteria=tuple(_turn_scores(rated, rubric)),
        flags=tuple(
            flag
            for flag in _noticed(interview)
            if vigilant and flag.turn_number in {turn.turn_number for turn in said}
        ),
        model=evaluator.model or evaluator.kind,
        prompt_version=evaluator.prompt_version,
        answer_turns=tuple(turn.turn_number for turn in said),
    )


class _Interview:
    """The transcript as it is and as it is rated, and what in it can carry a level."""

    def __init__(
        self,
        turns: Sequence[TranscriptTurn],
        rubric: Rubric,
        questions: Sequence[AskedQuestion],
        names: Sequence[str],
    ) -> None:
        self.turns = sorted(turns, key=lambda turn: turn.turn_number)
        self.rubric = rubric
        self.hidden = [masked(turn, names) for turn in self.turns]
        self.answers = answers(self.hidden, questions)
        self._named = {question.id: frozenset(question.criteria) for question in questions}
        self._solid = {
            turn.turn_number: solid_sentences(turn.content, answer.question, rubric.criteria, rubric.language)
            for answer in self.answers
            for turn in answer.spoken
        }

    @property
    def solid_answers(self) -> list[Answer]:
        return [one for one in self.answers if any(self._solid[turn.turn_number] for turn in one.spoken)]

    def criteria(self, answer: Answer) -> tuple[Criterion, ...]:
        """Those that the question is for; all, where it names none; and those that no question names."""
        named = self._named.get(answer.question_id or "", frozenset())
        anywhere = frozenset().union(*self._named.values())
        return tuple(
            one for one in self.rubric.criteria if not named or one.id in named or one.id not in anywhere
        )

    def checked(self, rating: Rating) -> Rating:
        """The rating with evidence of the real transcript that can carry a level, or without a level."""
        evidence = self.carrying(rating.evidence)
        if rating.level is not None and not evidence:
            return msgspec.structs.replace(rating, evidence=(), level=None, reason="")
        return msgspec.structs.replace(rating, evidence=evidence)

    def carrying(self, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
        return tuple(
            unmasked(one, self.turns)
            for one in evidence
            if any(
                solid.start < one.end_char and one.start_char < solid.end
                for solid in self._solid.get(one.turn_number, ())
            )
        )

    def points(self, claims: Sequence[Claim]) -> tuple[Point, ...]:
        """The claims whose words are there."""
        checked = [(claim.text, self.carrying(standing(claim.quotes, self.hidden))) for claim in claims]
        return tuple(Point(text, evidence) for text, evidence in checked if text and evidence)

    @cached_property
    def given(self) -> dict[str, list[tuple[str, Rating]]]:
        """By criterion, the ratings that came with the turns and count, each with the key of its answer."""
        keys = {turn.turn_number: answer.key for answer in self.answers for turn in answer.turns}
        found: dict[str, list[tuple[str, Rating]]] = {}
        for number, ratings in given_ratings(self.turns, self.rubric).items():
            for rating in map(self.checked, ratings):
                if rating.level is not None and number in keys:
                    found.setdefault(rating.criterion_id, []).append((keys[number], rating))
        return found


def _tasks(interview: _Interview, evaluator: Evaluator) -> Iterator[Task]:
    """What is missing: as many ratings of each answer and criterion as the evaluator gives, less those given.

    The offline evaluator adds nothing to ratings that came from elsewhere: it is no match for them.
    """
    given = interview.given
    have = Counter((key, criterion) for criterion, ratings in given.items() for key, _ in ratings)
    for number in range(evaluator.ratings):
        for answer in interview.solid_answers:
            missing = tuple(
                one
                for one in interview.criteria(answer)
                if have[answer.key, one.id] <= number
                and not (evaluator.kind == "offline" and one.id in given)
            )
            if missing:
                yield Task(answer, missing, interview.rubric.language)


def _score(interview: _Interview, criterion: Criterion, rated: Sequence[Rating]) -> CriterionScore:
    language = interview.rubric.language
    about = [one for one in interview.answers if criterion in interview.criteria(one)]
    silence = "nothing_solid" if any(one.spoken for one in about) else "silent"
    given = [rating for _, rating in interview.given.get(criterion.id, [])]
    own = [rating for rating in rated if rating.criterion_id == criterion.id]
    return score(criterion, given, own, language, say(silence, language))


async def _narrative(
    interview: _Interview, scores: Sequence[CriterionScore], evaluator: Evaluator
) -> Narrative:
    language = interview.rubric.language
    if not any(answer.spoken for answer in interview.answers):
        return Narrative(say("nothing_said", language))
    if all(one.level is None for one in scores):
        return Narrative(say("nothing_scored", language))
    return await evaluator.summarise(interview.solid_answers, scores, language)


def _noticed(interview: _Interview) -> Iterator[Flag]:
    language = interview.rubric.language
    for turn in interview.turns:
        if turn.role == "candidate" and addresses_scorer(turn.content):
            detail = say("addresses_scorer", language)
            yield Flag(NOTICED, "warning", detail, turn_number=turn.turn_number)


def _ratings_from_agent(interview: _Interview) -> Iterator[Flag]:
    language = interview.rubric.language
    if interview.given:
        yield Flag("ratings_from_agent", "info", say("agent_ratings", language))


def _turn_scores(rated: Sequence[Rating], rubric: Rubric) -> Iterator[TurnScore]:
    for rating in rated:
        criterion = rubric.criterion(rating.criterion_id)
        if criterion is not None and rating.level is not None:
            quotes = tuple(one.quote for one in rating.evidence)
            yield TurnScore(criterion.id, criterion.name, rating.level, quotes, rating.reason)
