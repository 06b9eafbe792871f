"""A configuration as the fields of a form: taken apart, changed without scripts, read with all that is wrong."""

import re
from dataclasses import dataclass

from vivavoce.agents.configs import (
    LANGUAGES,
    Config,
    ConfigBody,
    ConfigCriterion,
    ConfigFact,
    ConfigQuestion,
    Language,
    Level,
    Texts,
    faults,
)
from vivavoce.errors import Fault
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import Form

MAX_QUESTIONS, MAX_CRITERIA, MAX_FACTS = 50, 20, 30
MAX_NAME, MAX_TEXT, MAX_POINT, MAX_POINTS = 200, 2_000, 1_000, 50
MAX_MINUTES, MAX_QUESTION_MINUTES, MAX_WEIGHT, MAX_FOLLOW_UPS = 180, 60, 100, 5
LEVELS: tuple[Level, ...] = ("1", "2", "3", "4", "5")
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "fr": "French"}
TICKED = "yes"

_PLACE = re.compile(r"(questions|criteria|facts)\.(\d{1,3})\.(.+)", re.DOTALL)
_DO = re.compile(r"(add|remove|up)-(questions|criteria|facts)(?:-(\d{1,3}))?")

Block = dict[str, str]
"""What was entered for one question, criterion or fact, by the rest of its fields' names."""


@dataclass
class Draft:
    head: Block
    questions: list[Block]
    criteria: list[Block]
    facts: list[Block]

    @classmethod
    def empty(cls) -> "Draft":
        """One question and one criterion, to begin with."""
        head = {"language": "en", "durationMinutes": "20", "generateReport": "yes"}
        question = _new_question([]) | {"criteria.c1": TICKED}
        return cls(head, [question], [_new_criterion([])], [])

    @classmethod
    def of(cls, config: Config) -> "Draft":
        head = {
            "name": config.name,
            "agentId": config.agent_id,
            "language": config.language or "",
            "durationMinutes": str(config.duration_minutes),
            "generateReport": "yes" if config.generate_report else "no",
            "version": str(config.version),
        }
        return cls(
            head,
            [_question_entered(one) for one in config.questions or []],
            [_criterion_entered(one) for one in config.criteria or []],
            [_fact_entered(one) for one in config.facts or []],
        )

    @classmethod
    def entered(cls, fields: dict[str, str]) -> "Draft":
        """From what the form sent; blocks keep their order, and whatever numbers they had."""
        head: Block = {}
        blocks: dict[str, dict[int, Block]] = {"questions": {}, "criteria": {}, "facts": {}}
        for name, value in fields.items():
            if place := _PLACE.fullmatch(name):
                blocks[place[1]].setdefault(int(place[2]), {})[place[3]] = value
            else:
                head[name] = value
        questions, criteria, facts = ([kind[number] for number in sorted(kind)] for kind in blocks.values())
        return cls(head, questions[:MAX_QUESTIONS], criteria[:MAX_CRITERIA], facts[:MAX_FACTS])

    def fields(self) -> dict[str, str]:
        named = dict(self.head)
        for kind, blocks in self._blocks.items():
            for number, block in enumerate(blocks):
                named |= {f"{kind}.{number}.{rest}": value for rest, value in block.items()}
        return named

    def do(self, wanted: str) -> None:
        """What a button of the form asks for: `add-questions`, `remove-criteria-2`, `up-questions-1`."""
        asked = _DO.fullmatch(wanted)
        if asked is None:
            return
        blocks = self._blocks[asked[2]]
        if asked[1] == "add":
            self._add(blocks)
        elif asked[3] is not None and int(asked[3]) < len(blocks):
            block = blocks.pop(int(asked[3]))
            if asked[1] == "up":
                blocks.insert(max(int(asked[3]) - 1, 0), block)
            elif blocks is self.criteria:
                for question in self.questions:
                    question.pop(f"criteria.{block.get('id', '')}", None)

    @property
    def _blocks(self) -> dict[str, list[Block]]:
        return {"questions": self.questions, "criteria": self.criteria, "facts": self.facts}

    def _add(self, blocks: list[Block]) -> None:
        if blocks is self.questions and len(blocks) < MAX_QUESTIONS:
            blocks.append(_new_question(blocks))
        elif blocks is self.criteria and len(blocks) < MAX_CRITERIA:
            blocks.append(_new_criterion(blocks))
        elif blocks is self.facts and len(blocks) < MAX_FACTS:
            blocks.append({"id": _free("f", blocks)})

    def read(self) -> tuple[ConfigBody, Form]:
        """The configuration, not to be used where the form has faults."""
        fields = Fields(self.fields())
        language = fields.choice("language", ("", *LANGUAGES), "Choose the language of the interview.")
        report = fields.choice("generateReport", ("yes", "no"), "Choose whether a report is made.")
        body = ConfigBody(
            name=fields.required("name", "Enter a name.", most=MAX_NAME),
            language="en" if language == "en" else "fr" if language == "fr" else None,
            duration_minutes=round(_number(fields, "durationMinutes", 1, MAX_MINUTES, whole=True)),
            generate_report=report == "yes",
            questions=[self._question(fields, number) for number in range(len(self.questions))],
            criteria=[_criterion(fields, number) for number in range(len(self.criteria))],
            facts=[_fact(fields, number) for number in range(len(self.facts))],
        )
        if not body.questions:
            fields.fault("questions", "An interview has at least one question. Add one.")
        told = {fault.path for fault in fields.faults}
        fields.faults += [fault for fault in faults(body) if fault.path not in told]
        return body, Form(fields.entered, tuple(_placed(fault, body.language) for fault in fields.faults))

    def _question(self, fields: Fields, number: int) -> ConfigQuestion:
        path = f"questions.{number}"
        known = [block.get("id", "") for block in self.criteria]
        return ConfigQuestion(
            id=fields.entered.get(f"{path}.id", "")[:64] or f"q{number + 1}",
            text=_texts(fields, f"{path}.text"),
            criteria=[one for one in known if f"criteria.{one}" in self.questions[number]],
            max_follow_ups=round(_number(fields, f"{path}.maxFollowUps", 0, MAX_FOLLOW_UPS, whole=True)),
            time_minutes=_number(fields, f"{path}.timeMinutes", 0.1, MAX_QUESTION_MINUTES),
        )


def _criterion(fields: Fields, number: int) -> ConfigCriterion:
    path = f"criteria.{number}"
    levels = {level: _texts(fields, f"{path}.levels.{level}") for level in LEVELS}
    points = {language: _points(fields, f"{path}.referencePoints.{language}") for language in LANGUAGE_NAMES}
    return ConfigCriterion(
        id=fields.entered.get(f"{path}.id", "")[:64] or f"c{number + 1}",
        name=_texts(fields, f"{path}.name"),
        description=_texts(fields, f"{path}.description"),
        weight=_number(fields, f"{path}.weight", 0.01, MAX_WEIGHT),
        levels={level: texts for level, texts in levels.items() if texts},
        reference_points={language: lines for language, lines in points.items() if lines},
    )


def _fact(fields: Fields, number: int) -> ConfigFact:
    path = f"facts.{number}"
    return ConfigFact(
        id=fields.entered.get(f"{path}.id", "")[:64] or f"f{number + 1}",
        topic=_texts(fields, f"{path}.topic"),
        text=_texts(fields, f"{path}.text"),
    )


def _texts(fields: Fields, path: str) -> Texts:
    told = {language: fields.text(f"{path}.{language}", most=MAX_TEXT) for language in LANGUAGE_NAMES}
    return {language: text for language, text in told.items() if text}


def _points(fields: Fields, name: str) -> list[str]:
    """One a line."""
    lines = [line.strip() for line in fields.entered.get(name, "").splitlines() if line.strip()]
    if len(lines) > MAX_POINTS or any(len(line) > MAX_POINT for line in lines):
        fields.fault(name, f"Use at most {MAX_POINTS} lines of at most {MAX_POINT:,} characters.")
    return lines


def _number(fields: Fields, name: str, least: float, most: float, *, whole: bool = False) -> float:
    given = fields.entered.get(name, "").strip()
    try:
        number = float(int(given)) if whole else float(given.replace(",", "."))
    except (ValueError, OverflowError):
        number = -1
    if not least <= number <= most:  # which NaN is not, either
        fields.fault(name, f"Enter a {'whole ' if whole else ''}number from {least:g} to {most:g}.")
        return least
    return number


def _placed(fault: Fault, only: str | None) -> Fault:
    """Says which question, criterion or fact it is about, and in which language."""
    if not (place := _PLACE.fullmatch(fault.path)):
        return fault
    kind = {"questions": "Question", "criteria": "Criterion", "facts": "Fact"}[place[1]]
    language = next((name for code, name in LANGUAGE_NAMES.items() if place[3].endswith(f".{code}")), "")
    where = f"{kind} {int(place[2]) + 1}{f', {language}' if language else ''}"
    message = fault.message
    if message == "Required in this language.":
        message = "Enter it." if only else "Enter it, or choose one language for the interview."
    return Fault(fault.path, f"{where}: {message}")


def _question_entered(question: ConfigQuestion) -> Block:
    return {
        "id": question.id,
        "maxFollowUps": str(question.max_follow_ups),
        "timeMinutes": f"{question.time_minutes:.10g}",
        **{f"text.{language}": text for language, text in question.text.items()},
        **{f"criteria.{one}": TICKED for one in question.criteria},
    }


def _criterion_entered(criterion: ConfigCriterion) -> Block:
    return {
        "id": criterion.id,
        "weight": f"{criterion.weight:.10g}",
        **{f"name.{language}": text for language, text in criterion.name.items()},
        **{f"description.{language}": text for language, text in criterion.description.items()},
        **{
            f"levels.{level}.{language}": text
            for level, texts in criterion.levels.items()
            for language, text in texts.items()
        },
        **{
            f"referencePoints.{language}": "\n".join(lines)
            for language, lines in criterion.reference_points.items()
        },
    }


def _fact_entered(fact: ConfigFact) -> Block:
    return {
        "id": fact.id,
        **{f"topic.{language}": text for language, text in fact.topic.items()},
        **{f"text.{language}": text for language, text in fact.text.items()},
    }


def _new_question(among: list[Block]) -> Block:
    return {"id": _free("q", among), "maxFollowUps": "1", "timeMinutes": "4"}


def _new_criterion(among: list[Block]) -> Block:
    return {"id": _free("c", among), "weight": "1"}


def _free(letter: str, among: list[Block]) -> str:
    """An id that none of them has."""
    taken = {block.get("id") for block in among}
    number = len(among) + 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"
