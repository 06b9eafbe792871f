"""When does an interviewer take a pause for the end of an answer? Its policies, beside a plain LiveKit Agents session.

    .venv/bin/python benchmarks/end_of_turn.py

The answers are in `benchmarks/answers/`: whole sentences and clause by clause, with silence put in. A pause that is
taken for the end is a cut; each is looked at by itself. Cuts are shares of the pauses after a sentence, at a clause,
before a phrase (a preposition, an "and"), in mid-phrase; "≤ 1 s" of all pauses that short; "mix" under a natural mix:
a third after sentences, a third at clauses and phrases, a third in mid-phrase, lengths log-normal around 0.7 s (sigma
0.7). The delay is from the last sound of the whole answer to the decision; models' latency is not in it. flite's
voice does not hesitate and does not fall at the end of a thought, so nothing here speaks of prosody.

Where a pause falls is drawn. So that chance weighs less, true words are first judged with many draws and no voice. Then
what was held out is spoken. The plain session listens in real time, and to half of it.
"""

import asyncio
import math
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from support import PROJECT

sys.path.insert(0, str(PROJECT / "tests"))

from answers import PLACES, RENDITIONS, Answer, Place, answers, unspoken
from heard import Silences, recognised, silences
from plain import PlainDecisions, plain_decisions

from vivavoce.interviewer.conversation.endpointing import seconds_to_wait
from vivavoce.interviewer.plan import Language, Patience

FIXED = (0.3, 0.5, 0.7, 1.0, 1.3, 1.6, 2.0, 2.5)
SHORT_SECONDS = 1.0
MIX_MEDIAN, MIX_SIGMA = 0.7, 0.7
MIX: dict[Place, float] = {"sentence": 1 / 3, "clause": 1 / 6, "phrase": 1 / 6, "mid-phrase": 1 / 3}
BARS: dict[Patience, str] = {
    "quick": "mid-phrase ≤ 8 %, ≤ 1 s ≤ 2 %, clause ≤ 45 %, delay ≤ 1.35 / 1.50 / 2.30 s",
    "patient": "mix ≤ 7 %, delay ≤ 1.75 / 1.90 / 2.80 s",
}
HELD_OUT = "held_out"
DRAWS = 20

Policy = Callable[[str, str], float]
"""Words so far and the question; the seconds of silence after which the turn is over."""
SoFar = Callable[[int, int], str]
"""Words of an answer, by its number and how many were said."""


@dataclass
class Outcome:
    place: Place
    seconds: float
    cut: bool


def weight(seconds: float) -> float:
    """How common pauses of that length are, where the benchmark has all lengths alike."""
    return math.exp(-((math.log(seconds / MIX_MEDIAN) / MIX_SIGMA) ** 2) / 2) / seconds


def share(outcomes: Sequence[Outcome]) -> float:
    return sum(one.cut for one in outcomes) / len(outcomes) if outcomes else 0.0


def mixed(outcomes: Sequence[Outcome]) -> float:
    whole = 0.0
    for place in PLACES:
        here = [one for one in outcomes if one.place == place]
        weights = sum(weight(one.seconds) for one in here)
        whole += MIX[place] * sum(weight(one.seconds) * one.cut for one in here) / weights
    return whole


def row(name: str, outcomes: Sequence[Outcome], delays: Sequence[float]) -> str:
    shares = [share([one for one in outcomes if one.place == place]) for place in PLACES]
    short = share([one for one in outcomes if one.seconds <= SHORT_SECONDS])
    p95 = sorted(delays)[int(len(delays) * 0.95)]
    return (
        f"  {name:22}"
        + "".join(f"{one:8.1%}" for one in (*shares, short, mixed(outcomes)))
        + f"   {statistics.median(delays):.2f} / {statistics.mean(delays):.2f} / {p95:.2f}"
    )


HEADS = f"  {'':22}{'sentence':>8}{'clause':>8}{'phrase':>8}{'mid':>8}{'≤ 1 s':>8}{'mix':>8}   delay p50 / mean / p95"


def judged(
    given: Sequence[Answer], heard: Sequence[Silences], so_far: SoFar, policy: Policy
) -> tuple[list[Outcome], list[float]]:
    outcomes, delays = [], []
    for number, (answer, silent) in enumerate(zip(given, heard, strict=True)):
        for pause in answer.pauses:
            wait = policy(so_far(number, pause.words), answer.text.question)
            outcomes.append(Outcome(pause.place, pause.seconds, cut=silent.over(pause, wait)))
        wait = policy(so_far(number, len(answer.text.words)), answer.text.question)
        delays.append(silent.last + wait - answer.end)
    return outcomes, delays


def fixed(seconds: float) -> Policy:
    return lambda _words, _question: seconds


def profile(patience: Patience, language: Language) -> Policy:
    return lambda words, question: seconds_to_wait(words, language, patience, question)


def table(
    title: str, given: Sequence[Answer], heard: Sequence[Silences], so_far: SoFar, *, curve: bool
) -> None:
    pauses = sum(len(answer.pauses) for answer in given)
    print(f"\n{title}: {len(given)} answers, {pauses} pauses")
    print(HEADS)
    for seconds in FIXED if curve else ():
        print(row(f"fixed {seconds}", *judged(given, heard, so_far, fixed(seconds))))
    for name in BARS:
        print(row(name, *judged(given, heard, so_far, profile(name, given[0].text.language))))


def recognised_words(words: Sequence[dict[int, str]]) -> SoFar:
    return lambda number, count: words[number][count]


def true_words(given: Sequence[Answer], *, written: bool) -> SoFar:
    return lambda number, count: given[number].text.so_far(count, written=written)


def plain_row(given: Sequence[Answer], decisions: Sequence[PlainDecisions]) -> str:
    outcomes, delays = [], []
    for answer, made in zip(given, decisions, strict=True):
        outcomes += [
            Outcome(one.place, one.seconds, cut=made.during(one.start, one.seconds)) for one in answer.pauses
        ]
        delays.append(made.after(answer.end) - answer.end)
    return row("plain LiveKit session", outcomes, delays)


async def main() -> None:
    for name in ("tuned_on", "once_held_out", HELD_OUT):
        without_voice(name, "en")
        without_voice(name, "fr")
    given = answers(HELD_OUT)
    heard = [silences(answer) for answer in given]
    table("spoken, true words, bare", given, heard, true_words(given, written=False), curve=True)
    table("spoken, true words, punctuated", given, heard, true_words(given, written=True), curve=False)
    words = recognised_words(await recognised(HELD_OUT, given))
    table("spoken, pocketsphinx's words", given, heard, words, curve=False)
    half = [one for number, one in enumerate(given) if number % RENDITIONS < RENDITIONS // 2]
    print(f"\nspoken, a plain LiveKit session: {len(half)} answers")
    print(HEADS)
    print(plain_row(half, await plain_decisions(half)))
    print()
    for patience, bar in BARS.items():
        print(f"bar of {patience}: {bar}")


def without_voice(name: str, language: Language) -> None:
    drawn = unspoken(name, language, DRAWS)
    late = [Silences.unheard(answer) for answer in drawn]
    for written in (False, True):
        title = f"{name}, {language}, {'punctuated' if written else 'bare'}, without a voice"
        table(title, drawn, late, true_words(drawn, written=written), curve=False)


if __name__ == "__main__":
    asyncio.run(main())
