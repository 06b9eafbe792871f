"""Rows into typed structures, and conditions into a WHERE clause."""

from typing import Any, TypeVar

import msgspec

from vivavoce.database.pool import Row

T = TypeVar("T")


def typed(shape: type[T], row: Row) -> T:
    """The structure whose fields are the row's columns of the same names."""
    names: tuple[str, ...] = shape.__struct_fields__  # type: ignore[attr-defined] # every msgspec.Struct has it
    return shape(**{name: row[name] for name in names})


def given(patch: msgspec.Struct) -> dict[str, Any]:
    """What the body of a PATCH says, by column; what it leaves out stays as it is."""
    return {
        name: value for name, value in msgspec.structs.asdict(patch).items() if value is not msgspec.UNSET
    }


def assignments(changed: dict[str, Any], *, start: int) -> str:
    """The SET clause for these columns, whose values are numbered from `start` in their order."""
    return ", ".join(f"{name} = ${place}" for place, name in enumerate(changed, start))


class Conditions:
    """Conditions joined by AND, with their values numbered for the driver."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._texts: list[str] = []

    def add(self, text: str, *values: Any) -> None:
        """`text` holds `{}` where each value goes; nothing of a request may be in it."""
        self._texts.append(text.format(*(self.value(value) for value in values)))

    def add_given(self, text: str, value: Any) -> None:
        """The same, but only where a value is given."""
        if value is not None:
            self.add(text, value)

    def value(self, value: Any) -> str:
        """The place of a further value, as `$7`."""
        self.values.append(value)
        return f"${len(self.values)}"

    def __str__(self) -> str:
        return " AND ".join(self._texts) or "TRUE"


def pattern(search: str) -> str:
    """A LIKE pattern that finds the text anywhere, whatever signs it holds."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
