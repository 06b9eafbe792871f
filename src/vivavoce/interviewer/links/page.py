"""What a line to one page is on either link: its hello, what it sends, who listens, and whether it is still there."""

from collections.abc import AsyncIterator

from vivavoce.interviewer.budget import now
from vivavoce.interviewer.links.incoming import Incoming
from vivavoce.interviewer.ports import Hello, HelloMode, Playback, ShowState, ToConductor, ToPage
from vivavoce.interviewer.voice import AudioListener


class PageLine:
    """Of `Connection` and `AudioConnection` what does not depend on how bytes go."""

    def __init__(self, hello: Hello) -> None:
        self._hello = hello
        self._incoming = Incoming()
        self._listener: AudioListener | None = None
        self._lost = False
        self._paused = False
        self._came_at = now()

    @property
    def mode(self) -> HelloMode:
        return self._hello.mode

    @property
    def last_words(self) -> str:
        return self._hello.last_words

    @property
    def paused(self) -> bool:
        return self._hello.paused

    def messages(self) -> AsyncIterator[ToConductor]:
        return self._incoming.messages()

    def attach(self, listener: AudioListener | None) -> None:
        self._listener = listener
        if listener is not None and self._lost:
            listener.line_lost()

    def lose(self) -> None:
        """Nobody is there any more."""
        if not self._lost:
            self._lost = True
            self._incoming.end()
            if self._listener is not None:
                self._listener.line_lost()

    def _came(self) -> None:
        self._came_at = now()

    def _silent_for(self, seconds: float) -> bool:
        """Nothing came from the page for so long."""
        return now() - self._came_at > seconds

    def _hear(self, pcm: bytes) -> None:
        """Not in a pause, whatever the page sends."""
        if self._listener is not None and not self._paused and not self._lost:
            self._listener.heard(pcm)

    def _played(self, event: Playback) -> None:
        if self._listener is not None:
            self._listener.playback(event)

    def _shows(self, message: ToPage) -> None:
        if isinstance(message, ShowState):
            self._paused = message.state == "paused"
