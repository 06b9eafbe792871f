"""Whether what is heard while the interviewer speaks is somebody who wants to speak.

To be quiet for a moment costs nothing, to stop does: what was said is said again. So the interviewer is held at the
first sign of speech, and stopped when it is sure: by how long the speech lasts, or by its words. Listeners' noises
("mm-hm", "okay") and coughs end before that, and it goes on where it was.
"""

from vivavoce.interviewer.conversation.commands import spoken_command
from vivavoce.interviewer.conversation.endpointing import only_agrees, plain_words
from vivavoce.interviewer.plan import Language

HELD_SECONDS = 0.12
"""Of speech until the interviewer is held."""
SURE_SECONDS = 0.9
"""Until it is stopped: longer than a nod."""
SURE_WORDS = 3
"""The same for what is shorter: recognisers make a word or two of a cough or a nod."""
SURE_WORDS_GOING_ON = 2
"""The same when it has only just begun: the candidate goes on, the turn was not over. One word does not stop it then,
and is part of the answer all the same."""
JUST_BEGUN_SECONDS = 1.2
MURMUR_SECONDS = 0.2
"""What is shorter has no words."""
MOST_HOLDS = 2
"""For nothing, in one breath of the interviewer. Then a noisy room or its own echo no longer holds it."""


def wishes_to_speak(text: str, language: Language, *, just_begun: bool) -> bool:
    """Something was said in a moment, and then nothing more."""
    command = spoken_command(text, language)
    if command and command.whole:
        return True
    words = [word for word in plain_words(text).split() if not only_agrees(word, language)]
    return len(words) >= (SURE_WORDS_GOING_ON if just_begun else SURE_WORDS)
