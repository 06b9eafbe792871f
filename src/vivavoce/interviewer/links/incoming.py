"""What a page sends, on whichever link: a closed set of messages, checked against named bounds."""

import asyncio
from collections.abc import AsyncIterator

import msgspec

from vivavoce.interviewer.budget import Budget
from vivavoce.interviewer.ports import MAX_ANSWER, PROTOCOL, Answer, FromPage, Hello, ToConductor

MAX_MESSAGE_BYTES = 64 * 1024
MESSAGES_PER_SECOND, MESSAGES_AT_ONCE = 20.0, 60.0
MAX_WAITING_MESSAGES = 100

_from_page = msgspec.json.Decoder(FromPage)


class BadMessage(Exception):
    """Who sends nonsense is told in a word, and hung up on."""


def _without_nul(message: FromPage) -> FromPage:
    """Nobody says it, and it cannot be stored."""
    match message:
        case Answer(text=text):
            return msgspec.structs.replace(message, text=text.replace("\0", ""))
        case Hello(last_words=words):
            return msgspec.structs.replace(message, last_words=words.replace("\0", ""))
    return message


class Incoming:
    """One page's messages. `read` and `put` raise BadMessage."""

    def __init__(self) -> None:
        self._budget = Budget(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE)
        self._waiting: asyncio.Queue[ToConductor | None] = asyncio.Queue(MAX_WAITING_MESSAGES + 1)

    def read(self, data: str | bytes) -> FromPage:
        if len(data) > MAX_MESSAGE_BYTES:
            raise BadMessage(f"a message may have {MAX_MESSAGE_BYTES} bytes")
        if not self._budget.spend(1.0):
            raise BadMessage(f"more than {MESSAGES_PER_SECOND:.0f} messages a second")
        try:
            message: FromPage = _from_page.decode(data)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
            raise BadMessage("not a message of the link's protocol") from fault
        text = message.text if isinstance(message, Answer) else ""
        words = message.last_words if isinstance(message, Hello) else ""
        if max(len(text), len(words)) > MAX_ANSWER:
            raise BadMessage(f"an answer may have {MAX_ANSWER} characters")
        if isinstance(message, Hello) and message.protocol != PROTOCOL:
            raise BadMessage(f"say hello with protocol {PROTOCOL}")
        if "\0" in text or "\0" in words:
            return _without_nul(message)
        return message

    def put(self, message: ToConductor) -> None:
        """For the conductor, in order."""
        if self._waiting.qsize() >= MAX_WAITING_MESSAGES:
            raise BadMessage("too many messages at once")
        self._waiting.put_nowait(message)

    def end(self) -> None:
        self._waiting.put_nowait(None)

    async def messages(self) -> AsyncIterator[ToConductor]:
        while (message := await self._waiting.get()) is not None:
            yield message
