"""Of what is no answer, how much is told by its words; and of answers, how many are taken for a remark.

    .venv/bin/python benchmarks/remarks.py

Nothing in `remarks/` was tuned on. Answers come from `answers/`, whole and broken off after each sentence, with
punctuation and as a recogniser without it writes them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from vivavoce.evaluation.words import sentences
from vivavoce.interviewer.conversation.remarks import remark_in
from vivavoce.interviewer.plan import Language

HERE = Path(__file__).parent
ASKED: dict[Language, str] = {
    "en": "Tell me about a project that you are proud of.",
    "fr": "Parlez-moi d'un projet dont vous êtes fier.",
}
TOLD_SHARE, TAKEN_SHARE = 0.8, 0.005


def held_out(language: Language) -> Iterator[tuple[str, str]]:
    for line in (HERE / "remarks" / f"held_out.{language}.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, said = line.partition(": ")
            yield kind, said


def answers(language: Language) -> Iterator[str]:
    for file in sorted((HERE / "answers").glob(f"*.{language}.txt")):
        for block in file.read_text("utf-8").split("\n\n"):
            lines = [line for line in block.splitlines() if line and not line.startswith("#")]
            for answer in lines[1:]:
                said = [one.text for one in sentences(answer.replace(" / ", " "))]
                for count in range(1, len(said) + 1):
                    part = " ".join(said[:count])
                    yield part
                    yield re.sub(r"[.,;:?!]", "", part).lower()


def main() -> None:
    for language, asked in ASKED.items():
        met, missed, other = Counter[str](), list[str](), list[str]()
        everything = list(held_out(language))
        for kind, said in everything:
            remark = remark_in(said, language, asked)
            if remark is None:
                missed.append(f"{kind}: {said}")
            else:
                met[kind] += 1
                if remark.kind != kind:
                    other.append(f"{kind}, met as {remark.kind}: {said}")
        told = sum(met.values())
        parts = list(answers(language))
        taken = [part for part in parts if remark_in(part, language, asked)]
        print(f"{language}: told {told} of {len(everything)} remarks (at least {TOLD_SHARE:.0%}),")
        print(f"    {len(other)} of them as another kind; missed ones count as answers")
        print(f"    took {len(taken)} of {len(parts)} answers for a remark (at most {TAKEN_SHARE:.1%})")
        for line in (*missed, *other, *taken):
            print(f"      {line}")


if __name__ == "__main__":
    main()
