"""What an answer is judged by: criteria with behaviourally anchored levels 1 to 5."""

import msgspec

LEVELS = range(1, 6)


class Criterion(msgspec.Struct, frozen=True, rename="camel"):
    """One criterion in one language.

    `levels` holds five anchors, the text of level 1 first; `reference_points` are statements that a
    strong answer makes, the ground that an evaluator without a model stands on.
    """

    id: str
    name: str
    description: str = ""
    weight: float = 1.0
    levels: tuple[str, str, str, str, str] = ("", "", "", "", "")
    reference_points: tuple[str, ...] = ()


class Rubric(msgspec.Struct, frozen=True, rename="camel"):
    """The criteria of one configuration version, in one language."""

    criteria: tuple[Criterion, ...]
    version: int
    language: str

    def criterion(self, criterion_id: str) -> Criterion | None:
        return next((one for one in self.criteria if one.id == criterion_id), None)
