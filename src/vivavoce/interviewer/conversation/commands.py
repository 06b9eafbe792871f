"""What a candidate may ask aloud: a moment, the question again or in other words, to skip; and "I have finished".

Heard only as a whole utterance or as its end: in the middle of an answer the same words are part of it.
"""

import re
from dataclasses import dataclass
from typing import Literal

from vivavoce.interviewer.conversation.endpointing import plain_words
from vivavoce.interviewer.plan import Language

CommandAction = Literal["moment", "finished", "repeat", "rephrase", "skip"]


@dataclass(frozen=True)
class Command:
    """`whole`: nothing else was said, so the words are no part of an answer."""

    action: CommandAction
    whole: bool


def spoken_command(utterance: str, language: Language) -> Command | None:
    said = plain_words(utterance) + " "
    for action, whole in _WHOLE[language]:
        if whole.fullmatch(said):
            return Command(action, whole=True)
    for action, tail in _TAIL[language]:
        found = tail.search(said)
        if found and not _REPORTED[language].search(said[: found.start()]):
            return Command(action, whole=False)
    return None


# Forms: [optional] (one|of these) NAME. Words are as `plain_words` leaves them.

_Forms = dict[CommandAction, str]

_NAMES: dict[Language, dict[str, str]] = {
    "en": {
        "BEFORE": "[(ok|okay|oh|ah|um|uh|er|hmm|well|so|and|but|yes|yeah|no|sorry|i'm sorry|excuse me|please|"
        "actually|i think|alright|all right|right|just|hey)]",
        "AFTER": "[(please|thanks|thank you|sorry|now|really|i think|then|actually|if i may|if that's ok)]",
        "SPAN": "[a|one|another|a few|a couple of|two|some] [little|short|quick|more] "
        "(moment|moments|minute|minutes|second|seconds|sec|bit|time) "
        "[to think [about (it|that|this)]|more|longer]",
        "ONE": "(a|one|another) [little|short|quick] (moment|minute|second|sec)",
        "QUESTION": "(the|that|this|your) [last|previous] question",
        "ASK": "(can|could|would|will) you [please|just|maybe]",
        "MAY": "(can|could|may) (i|we) [please|just]",
    },
    "fr": {
        "BEFORE": "[(ok|d'accord|oh|ah|euh|heu|hum|ben|bah|bon|bien|alors|donc|et|mais|oui|non|pardon|desole|"
        "desolee|excusez moi|s'il vous plait|en fait|je crois que|je pense que|voila|juste)]",
        "AFTER": "[(s'il vous plait|s'il te plait|merci|merci beaucoup|pardon|desole|desolee|je crois|"
        "je pense|voila)]",
        "SPAN": "[un|une|encore un|encore une|quelques|deux|un peu de|du] [petit|petite] "
        "(moment|instant|instants|minute|minutes|seconde|secondes|temps) "
        "[pour reflechir|pour y reflechir|de reflexion|de plus]",
        "ONE": "(un|une) [petit|petite] (moment|instant|minute|seconde)",
        "QUESTION": "(la|cette|votre) [derniere] question",
        "ASK": "[est ce que] (pouvez vous|pourriez vous|vous pouvez|vous pourriez|peux tu|tu peux) "
        "[s'il vous plait|juste]",
        "MAY": "[est ce que] (je peux|puis je|je pourrais|pourrais je|on peut|peut on)",
    },
}

_CLEAR: dict[Language, _Forms] = {
    "en": {
        "moment": """
            [ASK] give me [just] SPAN
            MAY (have|take|get) [just] SPAN
            let me think [about (it|that|this)] [for] [SPAN]""",
        "repeat": """
            ASK (repeat|say|ask) [me] [QUESTION|that|it|this] [again|once more|one more time]
            what was the question [again]""",
        "rephrase": """
            ASK (rephrase|reword|reformulate|clarify|explain) [QUESTION|that|it|this] [for me] [differently]
            ASK (put|say|ask|phrase|explain) (that|it|this|QUESTION)
                (differently|another way|in another way|in other words|in different words|in simpler words|
                more simply)""",
        "skip": """
            MAY skip [this|that|it|QUESTION|this one]
            ASK skip [this|that|it|QUESTION|this one]
            next question""",
        "finished": """
            (that's|thats|that is|that was|that'll be) [about|basically|pretty much]
                (all|it|everything|my answer)
                [from me|for me|from my side|i have|i have to say|i wanted to say|i can think of]
            (i have|i've|i am|i'm) [all] (finished|done)
                [[with] (my|this|the) answer|answering|with this [one]]
            [i have|i've got] (nothing|no more) [more|else|further] to (say|add)
            i don't have anything (else|more) to (say|add)""",
    },
    "fr": {
        "moment": """
            (donnez|laissez|accordez|donne|laisse) moi [juste] SPAN
            ASK (me|m') (donner|laisser|accorder) [juste] SPAN
            (laissez|laisse) moi [y] reflechir [SPAN]""",
        "repeat": """
            ASK [me|la|le] (repeter|redire|reposer) [QUESTION|ca|cela] [encore une fois]
            c'etait quoi [deja] la question""",
        "rephrase": """
            ASK [me|la|le] (reformuler|expliquer|preciser|clarifier) [QUESTION|ca|cela] [autrement|differemment]
            ASK [me|la|le] (dire|poser|demander|formuler) [QUESTION|ca|cela]
                (autrement|differemment|avec d'autres mots|en d'autres termes|plus simplement)""",
        "skip": """
            MAY passer [QUESTION|a la [question] suivante]
            question suivante""",
        "finished": """
            [voila] (c'est tout|ce sera tout|ca sera tout|voila tout)
                [pour moi|de mon cote|ce que j'ai a dire]
            j'ai [bien] (fini|termine) [ma reponse|de repondre]
            [je n'ai] [plus] rien [d'autre|de plus] a (ajouter|dire) [de plus]""",
    },
}
"""Hardly ever anything else, so they count at the end of an utterance too."""

_BARE: dict[Language, _Forms] = {
    "en": {
        "moment": """
            [just] ONE
            (hold on|hang on|wait|bear with me) [SPAN]
            (i'd like|i would like|i need|i want|i'll need) [to (have|take)] SPAN
            let me take SPAN""",
        "repeat": """
            repeat [QUESTION|that|it] [again]
            say (that|it) again
            (what's|what is) the question [again]
            what did you (say|ask)
            (i didn't|i did not) [quite] (hear|catch|get) [that|QUESTION|you|it]
            (pardon|pardon me|come again|sorry what|what was that)""",
        "rephrase": """
            (rephrase|reword|clarify) [QUESTION|that|it]
            (put|say) (it|that) (differently|another way|in other words)
            what do you mean [by (that|this)|exactly]
            what does that mean
            (i don't|i do not|i didn't|i did not) [quite|really|fully] understand [QUESTION|that|it|you|what you mean]
            (i'm|i am) not sure [that] i understand [QUESTION|that|it|you|what you mean]""",
        "skip": """
            skip [this|that|it|QUESTION|this one]
            (let's|can we|could we|shall we) (go|move) on [to the next (question|one)]
            [i'll|i] pass [on (this|that|this one|that one)]
            (i'd|i would) (like to|prefer to|rather) skip [this|that|it|QUESTION|this one]
            (i'd|i would) (rather|prefer) not [to] (answer|say) [this|that|it|QUESTION]
            i (don't|do not) (want|wish) to answer [this|that|it|QUESTION]""",
        "finished": """
            finished
            [this is] [the] end of [my] answer""",
    },
    "fr": {
        "moment": """
            ONE
            (attendez|patientez|attends) [SPAN]
            je reflechis
            j'ai besoin (d'un|d'une|de) [petit|petite|quelques] (moment|instant|instants|minute|minutes|temps)
                [pour reflechir]
            (j'aimerais|je voudrais|MAY) (avoir|prendre) SPAN""",
        "repeat": """
            (repetez|repete|redites) [moi] [QUESTION]
            (c'est quoi|quelle etait|quelle est) [deja] la question [deja]
            je n'ai pas [bien] (entendu|saisi) [QUESTION]
            (pardon|comment)""",
        "rephrase": """
            (reformulez|precisez|expliquez) [moi] [QUESTION|ca|cela]
            (dites|redites) [moi] (le|la|ca|cela) autrement
            (je n'ai|j'ai) pas [bien|tres bien] compris [QUESTION|ce que vous voulez dire]
            [je] [ne] comprends pas [bien|tres bien] [QUESTION|ce que vous voulez dire]
            (que|qu'est ce que) (voulez vous|vous voulez) dire [par la|exactement]
            (ca veut dire quoi|c'est a dire quoi)""",
        "skip": """
            (la question suivante|la suivante|je passe [QUESTION])
            (on passe|passez|passons) [QUESTION|a la [question] suivante|a autre chose]
            (je voudrais|j'aimerais|je prefere) passer [QUESTION|a la [question] suivante]
            (je prefere ne pas|je ne souhaite pas|je ne veux pas) [y] repondre [a QUESTION]""",
        "finished": """
            (c'est fini|c'est bon|voila|fini|termine)""",
    },
}
"""Too common in speech to count unless nothing else was said."""

_REPORTED: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(to|he|she|they|would|said|asked|told|if|when|until|once|him|her|them|me|not|the|what|what's|which|"
        r"every|another|my) $"
    ),
    "fr": re.compile(
        r"\b(dit|disait|demande|demandait|si|quand|lorsque|de|que|pas|il|elle|la|une|chaque|quelle|est) $"
    ),
}
"""Before the end of an utterance, these words mean that it is told and not asked ("he said that's all")."""


def _regex(form: str, names: dict[str, str]) -> str:
    """Every word takes its following space along, so that what is optional leaves no gap."""
    marks = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}
    pieces = []
    for piece in re.findall(r"[\[\]()|]|[^\s\[\]()|]+", form):
        if piece in names:
            pieces.append(f"(?:{_regex(names[piece], names)})")
        else:
            pieces.append(marks.get(piece) or re.escape(piece) + " ")
    return "".join(pieces)


def _compiled(forms: _Forms, language: Language, shape: str) -> list[tuple[CommandAction, re.Pattern[str]]]:
    names = _NAMES[language]
    before, after = (f"(?:{_regex(names[name], names)})" for name in ("BEFORE", "AFTER"))
    compiled = []
    for action, lines in forms.items():
        joined = re.sub(r"\n {16}", " ", lines)
        regex = "|".join(_regex(line, names) for line in joined.split("\n") if line.strip())
        compiled.append((action, re.compile(shape.format(before=before, form=regex, after=after))))
    return compiled


_LANGUAGES: tuple[Language, ...] = ("en", "fr")
_WHOLE = {
    language: [
        entry
        for forms in (_CLEAR[language], _BARE[language])
        for entry in _compiled(forms, language, r"{before}{{0,4}}(?:{form}){after}{{0,3}}")
    ]
    for language in _LANGUAGES
}
_TAIL = {
    language: _compiled(_CLEAR[language], language, r"(?:^|(?<= ))(?:{form}){after}{{0,3}}$")
    for language in _LANGUAGES
}
