"""Reads a form field by field, and gathers all that is wrong with it, in words for whoever fills it in."""

from collections.abc import Collection, Mapping
from datetime import date

import msgspec

from vivavoce.candidates.candidates import Email
from vivavoce.errors import Fault
from vivavoce.web.recruiter_views import Form

LINE, TEXT = 200, 20_000


class Fields:
    """Each method gives the field's value, or notes a fault and gives something that must not be used."""

    def __init__(self, entered: Mapping[str, str]) -> None:
        self.entered = dict(entered)
        self.faults: list[Fault] = []

    def fault(self, name: str, message: str) -> None:
        self.faults.append(Fault(name, message))

    def form(self) -> Form:
        return Form(self.entered, tuple(self.faults))

    def text(self, name: str, *, most: int = LINE) -> str | None:
        """None where nothing was entered."""
        value = self.entered.get(name, "").strip()
        if len(value) > most:
            self.fault(name, f"Use at most {most:,} characters; these are {len(value):,}.")
        return value or None

    def required(self, name: str, missing: str, *, most: int = LINE) -> str:
        value = self.text(name, most=most)
        if value is None:
            self.fault(name, missing)
        return value or ""

    def email(self, name: str) -> str:
        value = self.entered.get(name, "").strip()
        try:
            return msgspec.convert(value, Email)
        except msgspec.ValidationError:
            self.fault(name, "Enter an e-mail address, like name@example.org.")
            return value

    def choice(self, name: str, known: Collection[str], missing: str) -> str:
        value = self.entered.get(name, "")
        if value not in known:
            self.fault(name, missing)
        return value

    def day(self, name: str, *, earliest: date) -> date:
        try:
            value = date.fromisoformat(self.entered.get(name, "").strip())
        except ValueError:
            self.fault(name, f"Enter a date, like {earliest.isoformat()}.")
            return earliest
        if value < earliest:
            self.fault(name, "This day has passed. Choose today or a later one.")
        return value

    def day_or_none(self, name: str) -> date | None:
        """None where nothing was entered, or what is no date."""
        value = self.entered.get(name, "").strip()
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.fault(name, "Enter a date, like 2026-12-01, or leave it empty.")
            return None

    def number_or_none(self, name: str, *, most: int) -> int | None:
        """From 1; None where nothing was entered, or what is no such number."""
        value = self.entered.get(name, "").strip()
        if not value:
            return None
        if not (value.isascii() and value.isdecimal() and len(value) < 10 and 1 <= int(value) <= most):  # noqa: PLR2004 - ten digits are always too many
            self.fault(name, f"Enter a number from 1 to {most:,}, or leave it empty.")
            return None
        return int(value)
