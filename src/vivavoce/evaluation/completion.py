"""What a model answered, by OpenAI's protocol: read strictly, for the SDK passes on whatever came back."""

from typing import Annotated

import msgspec

NUL = "\\u0000"
"""As JSON writes it; it can be stored nowhere."""


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message


class Completion(msgspec.Struct, frozen=True):
    choices: Annotated[tuple[_Choice, ...], msgspec.Meta(min_length=1)]

    @property
    def content(self) -> str:
        return self.choices[0].message.content or ""
