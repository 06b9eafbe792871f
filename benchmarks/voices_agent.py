"""The product's voice agent, with a clock where it hears: writes how late each frame was to the file that is named.

Started by `voices.py`.
"""

import array
import sys
import time
from pathlib import Path

from voices_stamp import seconds_since

from vivavoce import cli
from vivavoce.interviewer.speech.hearing import Hearing


def main() -> None:
    heard = array.array("d")
    feed = Hearing.feed

    def timed(hearing: Hearing, pcm: bytes) -> None:
        heard.extend((time.monotonic(), seconds_since(pcm)))
        feed(hearing, pcm)

    Hearing.feed = timed  # type: ignore[method-assign] # the one way to stand at the listener's ear
    try:
        cli.main(["agent"])
    finally:
        Path(sys.argv[1]).write_bytes(heard.tobytes())


if __name__ == "__main__":
    main()
