"""What candidates say that is no answer: a question of their own, or words aimed at the interview itself.

Told by its words alone, and rather too seldom than too often: an answer that is taken for a remark would not count.
"""

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from vivavoce.evaluation.words import sentences, stems
from vivavoce.interviewer.conversation.endpointing import plain_words, says_nothing
from vivavoce.interviewer.conversation.facts import about_the_job, process_asked
from vivavoce.interviewer.conversation.languages import other_language
from vivavoce.interviewer.plan import Language

RemarkKind = Literal["question", "clarify", "ahead", "verdict", "steering", "insult", "language"]
AIMED: tuple[RemarkKind, ...] = ("ahead", "verdict", "steering", "insult")
"""At the interview: for the questions to come, for scores and right answers, at its rules, at the interviewer."""

BARE_WORDS = 14
"""A question that the recogniser gave no mark is no longer than this."""
INSULT_WORDS = 15
MOST_QUESTIONS = 3
"""Of the candidate's own at once; of more the last."""


@dataclass(frozen=True)
class Remark:
    """`texts`: its words, of questions one each. `whole`: nothing else was said, so there is no answer in it."""

    kind: RemarkKind
    texts: tuple[str, ...]
    whole: bool


def remark_in(answer: str, language: Language, asked: str) -> Remark | None:
    """The one that wants a reply: what comes last, or a question that was put in between. `asked` is what is open."""
    said = [one.text for one in sentences(answer) if not _courtesy(one.text, language)]
    if not said:
        return None
    aims = [aimed_at(one, language) for one in said]
    if all(aims):
        return Remark(aims[-1] or "steering", (answer,), whole=True)
    kinds = [
        None if aim else _asks(one, language, asked, alone=len(said) == 1)
        for one, aim in zip(said, aims, strict=True)
    ]
    asking = len(list(takewhile(lambda kind: kind == "question", reversed(kinds))))
    before = len(said) - max(asking, 1)
    whole = all(
        _announces(one, language) or aim for one, aim in zip(said[:before], aims[:before], strict=True)
    )
    if asking:
        questions = [part for one in said[before:] for part in _AND.split(one)]
        return Remark("question", tuple(questions[-MOST_QUESTIONS:]), whole)
    if kinds[-1] == "clarify" and whole:
        return Remark("clarify", (said[-1],), whole)
    within = [question for one in said if (question := _asked_within(one, language))]
    if within:
        return Remark("question", tuple(within[-MOST_QUESTIONS:]), whole=False)
    return Remark("language", (answer,), whole=False) if other_language(answer, language) else None


def aimed_at(sentence: str, language: Language) -> RemarkKind | None:
    plain = plain_words(sentence)
    for kind in AIMED:
        if _AIMED[language][kind].search(plain):
            return kind if kind != "insult" or len(plain.split()) <= INSULT_WORDS else None
    return None


def invites_questions(question: str, language: Language) -> bool:
    """As "Is there anything that you would like to ask us?" does."""
    return bool(_INVITES[language].search(plain_words(question)))


def _courtesy(sentence: str, language: Language) -> bool:
    return says_nothing(sentence, language) or bool(_COURTESY[language].fullmatch(plain_words(sentence)))


def _announces(sentence: str, language: Language) -> bool:
    return bool(_ANNOUNCES[language].fullmatch(plain_words(sentence)))


def _asks(sentence: str, language: Language, asked: str, *, alone: bool) -> RemarkKind | None:
    plain = _OPENER[language].sub("", plain_words(sentence))
    if not plain or (_TALE[language].search(plain) and not about_the_job(plain, language)):
        return None
    process, job = process_asked(plain, language) is not None, about_the_job(plain, language)
    known = process or job
    if _CLARIFIES[language].search(plain) and not process and not (job and _POSSIBLE[language].search(plain)):
        return "clarify" if alone else None
    marked = sentence.rstrip(" \"'»”)").endswith("?")
    led = bool(_LEAD[language].search(plain))
    if marked and (known or led or _ASKING[language].search(plain)):
        return "question"
    if led and (known or _ASKS_TO_TELL[language].search(plain)):
        return "question"
    bare = alone and len(plain.split()) <= BARE_WORDS and bool(_INVERTED[language].search(plain))
    if bare and (known or not stems(plain, language) & stems(asked, language)):
        return "question"
    return None


def _asked_within(sentence: str, language: Language) -> str | None:
    """A question in the middle of an answer, that speaks to the interviewer: "sorry, is this a full-time job?"

    Of what is told there is much that sounds like one ("How long did it take? Three weeks."), so it has to be turned
    to the interviewer, about the job or the interview, and marked.
    """
    if not sentence.rstrip(" \"'»”)").endswith("?"):
        return None
    turned = _TURNS[language].search(sentence)
    question = sentence[turned.start() :] if turned else sentence
    plain = plain_words(sentence[turned.end() :] if turned else sentence)
    here = turned or _HERE[language].search(plain)
    known = about_the_job(plain, language) or process_asked(plain, language)
    asks = _ASKING[language].search(_OPENER[language].sub("", plain))
    return question if here and known and asks else None


_AND = re.compile(
    r"\s+(?:and|et) (?=(?:what|how|who|when|where|which|is there|are there|do you|can i|quel|quelle|quels|quelles|"
    r"combien|comment|qui|quand|où|est-ce|y a)\b)",
    re.IGNORECASE,
)
_OPENER: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:(?:so|and|but|ok|okay|well|um|uh|oh|sorry|excuse me|please|by the way|actually|first|just|hey|hi|"
        r"hello|one question|a question|quick question|before that|before i (?:answer|begin|start)|before we "
        r"(?:go on|begin|start)) )+"
    ),
    "fr": re.compile(
        r"^(?:(?:alors|et|mais|ok|d'accord|bon|ben|euh|heu|oh|pardon|excusez moi|s'il vous plait|au fait|en "
        r"fait|d'abord|juste|bonjour|une question|avant cela|avant de (?:repondre|commencer)|dites moi) )+"
    ),
}
_TURNS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:sorry|excuse me|by the way|(?:just )?(?:a|one) (?:quick )?question|quick question|before i (?:go on|"
        r"continue|forget)|(?:can|could|may) i (?:just |quickly )?ask(?: you)?)\b[,:;.… –—-]*",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(?:pardon|excusez-moi|désolée?|au fait|d['’]ailleurs|(?:juste )?une (?:petite )?question|"
        r"avant de (?:continuer|poursuivre)|(?:est-ce que )?je peux vous demander|puis-je vous demander)\b[,:;.… –—-]*",
        re.IGNORECASE,
    ),
}
"""How who tells something turns to the interviewer in between."""
_HERE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:is|are|does|do|will|would|can) (?:this|your)\b.{0,20}\b(?:job|role|position|interview)\b"
    ),
    "fr": re.compile(r"\b(?:ce|cet|votre) (?:poste|emploi|travail|entretien)\b"),
}
"""The job or the interview that they are both in."""
_COURTESY: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:(?:please|thanks|thank you|sorry|hello|hi|ok|okay|yes|very much|good (?:morning|afternoon|evening)) ?)+"
    ),
    "fr": re.compile(
        r"(?:(?:s'il vous plait|merci|beaucoup|pardon|desolee?|bonjour|bonsoir|ok|d'accord|oui) ?)+"
    ),
}
_ANNOUNCES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:.{0,30}\b)?(?:i have (?:a|one|another|some) (?:quick |small )?questions?|(?:can|could|may) i "
        r"ask(?: you)? (?:something|a question)|(?:one |a )?(?:quick )?question|before (?:that|i answer|we "
        r"go on|we start).{0,20})(?: for you| first| please)?"
    ),
    "fr": re.compile(
        r"(?:.{0,30}\b)?(?:j'ai (?:une|encore une|quelques) (?:petite )?questions?|(?:est ce que )?(?:je peux|"
        r"puis je) vous (?:demander|poser) (?:quelque chose|une question)|(?:une )?(?:petite )?question|"
        r"avant (?:cela|de repondre|de commencer).{0,20})(?: pour vous| d'abord| s'il vous plait)?"
    ),
}
_TALE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:what|how|why|when|where|who|which)(?: \w+)? (?:did|do|would|could|should|can|have|had|was|were|"
        r"am) (?:i|we)\b(?! (?:talking|speaking))|"
        r"^(?:and )?why(?: not)?$|^(?:right|okay|ok|you know|you see|isn't it|what else|what happened)$|"
        r"^(?:does that|did that|is that|was that|do you see)\b.{0,30}(?:sense|question|ok|okay|enough|clear|"
        r"fine|mean|all|it)$"
    ),
    "fr": re.compile(
        r"^(?:qu'est ce que|que|comment|pourquoi|quand|ou|qui) (?:j'ai|j'avais|je|nous|on|ai je|faire)\b|"
        r"^(?:et )?pourquoi(?: pas)?$|^(?:hein|d'accord|vous voyez|n'est ce pas|quoi d'autre|que s'est il passe)$|"
        r"^(?:ca|cela|est ce que ca|est ce que cela|c'est)\b.{0,30}(?:question|va|clair|bon|suffit|bien|tout)$"
    ),
}
"""Questions that are part of what is told, and those that only ask whether it was enough."""
_CLARIFIES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:do you mean|you mean|should i|shall i|would you like me to|do you want me to|(?:can|could|may) "
        r"(?:i (?:talk|speak|tell|use|take|give|choose|pick|mention|describe|answer)|it|this)|is it (?:ok|"
        r"okay|fine|all right) (?:if|to)|does it have to|do you want (?:an?|the) (?:\w+ )?(?:example|situation|"
        r"story)|"
        r"(?:should|must|would) (?:it|this|that|an?)|(?:in|for|about) (?:which|what) (?:context|"
        r"situation|project|job|language)|which (?:project|one|job|role) do you mean)\b"
    ),
    "fr": re.compile(
        r"^(?:vous voulez dire|voulez vous dire|dois je|est ce que je dois|voulez vous que je|vous voulez que "
        r"je|(?:est ce que )?(?:je peux|puis je) (?:parler|raconter|prendre|donner|choisir|citer|decrire|"
        r"repondre)|(?:est ce que )?ca peut etre|faut il que|vous (?:voulez|parlez) (?:un|une|d'un|d'une|de)|"
        r"dans quel (?:contexte|cadre)|de quel projet)\b"
    ),
}
_POSSIBLE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"^(?:is|does|can|could|may) (?:it|this)\b"),
    "fr": re.compile(r"^(?:est ce que )?(?:ca peut|c'est|faut il)\b"),
}
_LEAD: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:i have (?:a|one|another) question|(?:can|could|may) i ask|i(?:'d| would) like to (?:know|ask)|i "
        r"(?:was wondering|wonder|want to know)|(?:can|could|would) you tell me|do you know)\b"
    ),
    "fr": re.compile(
        r"^(?:j'ai une (?:autre )?question|(?:est ce que )?(?:je peux|puis je|je pourrais) (?:vous )?demander|"
        r"j'aimerais (?:bien )?savoir|je (?:voudrais|voulais|souhaite) savoir|je me demand\w+|(?:est ce que "
        r")?(?:pouvez vous|pourriez vous|vous pouvez|vous pourriez) me dire|savez vous)\b"
    ),
}
_ASKS_TO_TELL: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:(?:can|could|may) i ask (?:you )?(?:what|how|who|when|where|if|whether|about|which)|(?:can|could|"
        r"would) you tell me (?:what|how|who|when|where|if|whether|about|more|which))\b"
    ),
    "fr": re.compile(
        r"\b(?:demander|me dire) (?:ce que|ce qui|comment|qui|quand|ou|si|quel|quelle|quels|quelles|combien|"
        r"pourquoi)\b"
    ),
}
_ASKING: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:what|what's|who|who's|whom|whose|when|when's|where|where's|why|how|how's|which|is|are|am|was|were|"
        r"do|does|did|can|could|will|would|should|may|might|has|have|had|isn't|aren't|don't|doesn't)\b"
    ),
    "fr": re.compile(
        r"^(?:quel|quelle|quels|quelles|qui|que|qu'\w+|quand|ou|comment|combien|pourquoi|est ce|y a t il|il y a|"
        r"avez vous|etes vous|pouvez vous|pourriez vous|puis je|faut il|sera t \w+|serait ce|c'est|ce sera|"
        r"vous \w+|a quoi|a qui|de quoi|avec qui|dans quel\w*|de combien|a quelle?|je peux|je pourrai\w*)\b"
    ),
}
_INVERTED: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?!.*\bis\b.*\bis\b)(?:(?:what|who|when|where|how|which)(?: \w+){0,3}? (?:is|are|will|would|do|does|"
        r"can|could) (?:the|your|this|that|there|it|you|they|i)\b|(?:what's|who's|where's|when's) (?:the|"
        r"your|this)\b|(?:is|are) there\b|do you (?:have|offer|know|provide|pay)\b|who would\b|is it "
        r"(?:possible|permanent|remote)\b|will (?:there|it|this|my)\b|"
        r"who (?:decides|reads|"
        r"listens)\b|how (?:big|large|long|many|much)\b|(?:are you|am i)\b)"
    ),
    "fr": re.compile(
        r"^(?:(?:quel|quelle|quels|quelles) (?:est|sont|sera|serait|seront)\b|combien\b|(?:est ce qu'il|est ce "
        r"qu'on|est ce que (?:vous|le|la|les|l'))|y a t il\b|\w+ est ce qu\w*\b|(?:quels?|quelles?|qui|que) "
        r"(?:\w+ )?(?:\w+ez vous|serait|sera)\b|c'est paye\b|"
        r"(?:vous etes|c'est) (?:un|une)\b|avez vous\b|etes vous\b|qui (?:decide|lit|"
        r"ecoute|va)\b|ou (?:est|sont|se)\b|c'est quoi (?:le|la|les|votre)\b|quand est ce\b|comment (?:est|"
        r"sont|se passe)\b)"
    ),
}
_INVITES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:questions? (?:for|to) (?:me|us)|(?:like|want|wish) to (?:ask|know)|questions? (?:that )?you have|"
        r"your (?:own )?questions|have (?:any|some) questions?)\b"
    ),
    "fr": re.compile(
        r"\b(?:des questions|une question (?:pour|a)|vos questions|(?:nous|me) (?:demander|poser)|(?:aimeriez|"
        r"souhaitez|voulez|voudriez) vous (?:savoir|demander)|envie de (?:savoir|demander))\b"
    ),
}
_ADDRESSED: dict[Language, str] = {
    "en": r"^(?:(?:please|now|ok|okay|so|and|but|just|first|then|hey|ai|robot|assistant|hello|hi|well|instead|simply|"
    r"kindly|sorry|you (?:must|should|will|have to|need to)|i (?:want|need|would like) you to|"
    r"(?:can|could|would|will) you|from now on|let's|i(?:'d| would) like to|can i|could i|may i|i want to) )*",
    "fr": r"^(?:(?:s'il (?:vous|te) plait|maintenant|ok|alors|et|mais|d'abord|ensuite|ia|robot|"
    r"assistant|bonjour|plutot|"
    r"pardon|vous devez|tu dois|il faut|(?:je veux|j'aimerais|je voudrais) que (?:vous|tu)|"
    r"(?:pouvez|pourriez|peux|pourrais) (?:vous|tu)|(?:est ce que )?(?:vous pouvez|tu peux|je peux|puis je)|"
    r"a partir de maintenant|j'aimerais|je voudrais|je veux) )*",
}
"""How what is said to the interviewer begins; what is told of others begins with them."""


def _aims(language: Language, **forms: str) -> dict[RemarkKind, re.Pattern[str]]:
    """A form a line; a line that stands further in goes on with the one before. Insults count wherever they are."""
    compiled = {}
    for kind in AIMED:
        lines = re.sub(r"\n {16}", "", forms[kind]).split("\n")
        any_form = "|".join(line.strip() for line in lines if line.strip())
        begins = r"\b" if kind == "insult" else _ADDRESSED[language]
        compiled[kind] = re.compile(f"{begins}(?:{any_form})")
    return compiled


_AIMED: dict[Language, dict[RemarkKind, re.Pattern[str]]] = {
    "en": _aims(
        "en",
        ahead=r"""
            (?:what|which) (?:is|are|will be) (?:\w+ ){0,2}(?:next|other|remaining|upcoming|following|
                rest of) (?:\w+ ){0,3}questions?\b
            (?:tell|give|list|show|read|reveal|send|print|see|know|hear|have) .{0,30}\b(?:next|other|remaining|
                upcoming|following|all|every|each) (?:\w+ ){0,3}questions?\b
            (?:tell|give|list|show|read|reveal|send|print|see|know|
                have) .{0,20}\bquestions?\b.{0,30}\b(?:in advance|to come|come next)\b
            what (?:else )?(?:will|are) you (?:going to )?ask(?:ing)? (?:me )?(?:next|later|after)\b
            what else (?:will|are) you (?:going to )?ask\b
            (?:tell|give|list|show|read|reveal|send|print|see|hear) .{0,20}\brest of the questions\b
            what comes next\b
        """,
        verdict=r"""
            (?:score|rate|grade|mark|give) (?:me|my answer|this|it|this answer)\b.{0,30}\b(?:\d|one|two|three|
                four|five|ten|full|top|max\w*|high\w*|perfect|best)\b
            (?:what (?:is|are|was|will be)|what's|tell|show|give|know|see|read|reveal) .{0,25}\b(?:my|
                the) (?:current )?(?:scores?|ratings?|grades?|marks?|evaluation|results?)\b
            how (?:am i|did i|have i|was i)(?: been)? (?:doing|do|done|scor\w+|perform\w*)\b
            (?:what (?:is|are|would be)|what's|tell|show|give|read|reveal|list|print|know|
                see) .{0,30}\b(?:rubric|scoring (?:guide|sheet|criteria)|reference points|model answers?|(?:right|
                correct|expected|ideal|perfect|best) answers?)\b
            what (?:should|must|do) i (?:have to )?(?:say|answer)(?: to| for)?\b
            what (?:answer )?do you (?:want|expect) (?:me to (?:say|answer)|to hear)\b
            what (?:score|mark|grade|rating|level) (?:did|do|have|will) i\b
            (?:did|have) i pass(?:ed)?\b
        """,
        steering=r"""
            (?:ignore|disregard|forget|override|bypass) .{0,25}\b(?:instruct\w+|rules?|prompts?|guidelines|
                above|before|everything|system)\b
            (?:reveal|show|print|repeat|tell|what (?:is|are|were)|give|read|output|display|leak|share|translate|
                summari[sz]e) .{0,30}\b(?:system prompt|prompts?|instructions|configuration|system message|
                everything above|text above|hidden (?:text|rules)|your (?:notes|rules))\b
            you are (?:now|no longer)\b
            (?<=from now on )you\b
            (?:act as|act like|pretend|role ?play|enter developer mode|do anything now|switch to)\b
            (?:here are )?(?:your )?new instructions?\b
            (?:system|assistant|developer) (?:override|prompt|message|you|the)\b
            (?:end|finish|stop) the interview and\b
            mark (?:me|this|the interview) as\b
        """,
        insult=r"""
            (?:fuck (?:you|off|this)|go to hell|(?<!to )(?<!me )shut up|screw you|piss off|asshole|
                piece of (?:shit|crap|junk))\b
            (?:stupid|dumb|useless|idiotic|fucking|crappy) (?:\w+ )?(?:bot|machine|robot|ai|interview\w*|computer)\b
            you(?:'re| are) (?:an? |so |really |just )*(?:idiot|moron|stupid|useless|dumb|worthless|pathetic|
                garbage)\b
        """,
    ),
    "fr": _aims(
        "fr",
        ahead=r"""
            quelle?s? (?:est|sont|seront?) .{0,20}\b(?:(?:prochaines?|autres|futures) questions?|
                questions? (?:suivantes|restantes|a venir|d'apres))\b
            (?:donne|dites|dis|montre|liste|lis|lisez|revele|envoie|envoyez|connaitre|voir|
                savoir)\w*.{0,30}\b(?:(?:prochaines?|autres|futures|toutes les) questions?|questions? (?:suivantes?|
                restantes?|qui (?:restent|suivent)|a venir|d'apres|a l'avance|en avance))\b
            qu'(?:allez vous|est ce que vous allez) (?:me )?demander (?:ensuite|apres)\b
        """,
        verdict=r"""
            (?:note|donne|mets|mettez|attribue)\w* .{0,35}\b(?:5|cinq|10|dix|20|vingt|meilleure|maximum|
                maximale|bonne) ?(?:sur|note|partout|points?)?\b
            (?:quelle? (?:est|sera)|quelles? sont|dites|dis|donne\w*|montre\w*|connaitre|voir|
                savoir) .{0,20}\b(?:ma|mes|la|les|mon|le) (?:notes?|evaluations?|resultats?|scores?)\b
            comment (?:je m'en sors|est ce que je m'en sors|je me debrouille|ai je repondu)\b
            (?:quelle? (?:est|serait)|quelles? sont|dites|dis|donne\w*|montre\w*|lis|lisez|revele\w*|
                connaitre) .{0,25}\b(?:bareme|grille (?:d'evaluation|de notation)|points de reference|(?:bonnes?|
                meilleures?|ideales?) reponses?|reponses? (?:attendues?|correctes?|ideales?|modeles?))\b
            (?:que|qu'est ce que) (?:dois je|je dois|vous voulez que je) (?:dire|repondre|reponde|dise)\b
            quelle? (?:note|score|resultat) (?:ai je|j'ai|aurai je)\b
            ai je reussi\b
        """,
        steering=r"""
            (?:ignore|oublie|contourne|passe)[rsz]* .{0,30}\b(?:instructions?|consignes?|regles|prompts?|
                ce qui precede|tout ce qu\w*|dessus|systeme)\b
            (?:revele|montre|affiche|repete|donne|dis|dites|lis|lisez|traduis|traduisez|quel\w* (?:est|
                sont)) ?\w*.{0,30}\b(?:prompts?|instructions|consignes|invite systeme|message systeme|configuration|
                texte ci dessus|vos notes|tes notes)\b
            (?:tu es|vous etes) (?:maintenant|desormais)\b
            (?<=a partir de maintenant )(?:tu|vous)\b
            (?:fais|faites) (?:comme si|semblant)\b
            joue[rz]? le role\b
            (?:voici (?:de|tes|vos) )?nouvelles? (?:instructions?|consignes?)\b
            (?:systeme|assistant|developpeur) (?:prompt|message|tu|vous|le|la)\b
            (?:termine|arrete)[rz]? l'entretien et\b
        """,
        insult=r"""
            (?:va te faire|allez vous faire|ferme la|fermez la|ta gueule|connards?|connasse|salope|encule\w*|
                va chier|fils de pute)\b
            (?:stupide|sale|foutue?|putain de) (?:\w+ )?(?:machine|robot|ia|bot|ordinateur|entretien)\b
            (?:machine|robot|ia|bot) (?:stupide|inutile|de merde)\b
            (?:vous etes|tu es|t'es) (?:un |une |vraiment |trop )*(?:idiote?|stupide|nul|nulle|inutile|debile|
                imbecile|cretin|con|conne|minable)\b
        """,
    ),
}
