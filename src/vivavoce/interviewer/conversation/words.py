"""Words by what they do at the end of what was said so far, in both languages, as `plain_words` leaves them."""

import re
from dataclasses import dataclass

from vivavoce.interviewer.plan import Language


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Known:
    open: frozenset[str]
    """Never an end."""
    leaning: frozenset[str]
    """An end only where the recogniser put a full stop."""
    half_open: frozenset[str]
    attributes: frozenset[str]
    """Adjectives and numbers that stand before their noun."""
    copulas: frozenset[str]
    """After these an adjective may end a sentence."""
    intensifiers: frozenset[str]
    subordinators: frozenset[str]
    determiners: frozenset[str]
    """Words that begin who or what a sentence is about."""
    pronouns: frozenset[str]
    """After one of these comes a verb."""
    transitive: frozenset[str]
    """Verbs that hardly ever stand without an object."""
    giving: frozenset[str]
    """Verbs that seldom stand with a person alone: "I told them", "she gave me"."""
    persons: frozenset[str]
    governors: frozenset[str]
    """A noun after one of these is not the subject of a new sentence."""
    times: frozenset[str]
    """ "Every day" is no subject."""
    whole_phrase: re.Pattern[str]
    """Ends in words that elsewhere lead on."""
    relatives: frozenset[str]
    """They put the object in front of its verb."""
    reach: int
    """Words among which it may stand there, the verb among them."""
    verbs: frozenset[str]
    verb_endings: tuple[str, ...]
    open_phrase: re.Pattern[str]
    asks_for_a_story: re.Pattern[str]
    announced: re.Pattern[str]
    """ "Two things", "first": a list begins."""
    last_item: re.Pattern[str]
    noises: frozenset[str]
    nods: frozenset[str]

    def is_verb(self, word: str) -> bool:
        return word.endswith(self.verb_endings) or any(stem in self.verbs for stem in _stems(word))

    def is_transitive(self, word: str) -> bool:
        return any(stem in self.transitive for stem in _stems(word))

    def is_giving(self, word: str) -> bool:
        return any(stem in self.giving for stem in _stems(word))


def _stems(word: str) -> tuple[str, ...]:
    """The word and what an English ending may have been put to."""
    endings = [ending for ending in ("s", "es", "d", "ed", "ing") if word.endswith(ending)]
    return (word, *(word.removesuffix(ending) + more for ending in endings for more in ("", "e")))


SHORT_ANSWERS = frozenset(
    {"yes", "no", "not really", "of course", "exactly", "never", "i do", "i don't", "i don't know"}
    | {"oui", "non", "pas vraiment", "bien sur", "tout a fait", "jamais", "je ne sais pas", "exactement"}
)

_ENGLISH_AUXILIARIES = (
    "was were is are am be been being had has have will would could should can may might must do does did "
    "i'm we're they're i've we've i'd we'd i'll we'll it's there's that's he's she's don't doesn't didn't isn't "
    "wasn't can't couldn't won't wouldn't "
)
_ENGLISH_TRANSITIVE = (
    "tell told ask asked send sent make made take took put give gave show showed see saw buy bought bring "
    "brought find found want wanted need needed use used explain explained solve solved check checked say keep kept "
    "hold held get got let build built sell sold choose chose teach taught call save saved prepare prepared "
    "describe described compare compared measure measured create created offer offered lead led run read write "
    "review reviewed love hate enjoy enjoyed include included receive received spend spent throw threw set"
)
_ENGLISH_VERBS = (
    "go went gone come came leave left begin began become became know knew speak spoke meet met lose lost win won "
    "stand stood sit sat lie lay fall fell feel felt think thought understand understood wrote ran ate eat drink "
    "drank drive drove fly flew grow grew break broke cut hit hurt cost pay paid learn help work live move wait stay "
    "start stop try play talk walk listen look laugh cry change happen open close turn like hope plan clean fix "
    "wear wore forget forgot remember mean meant seem add ask answer follow finish end decide agree believe"
)

_FRENCH_AUXILIARIES = (
    "est etait sont etaient suis etais sommes etions etes sera serait seront ai as a avons avez ont avait avais "
    "avaient aura aurait peut peux peuvent pouvait pourrait doit dois doivent devait va vais vont allait faut "
    "fallait c'est c'etait j'ai j'avais j'etais qu'il il y fait fais font dit dis voit vois vient viens prend prends "
    "met mets sait sais veut veux tient trouve passe arrive marche reste parle "
)

OF: dict[Language, Known] = {
    "en": Known(
        open=_words(
            "and or but because so nor although unless whereas whether if since until "
            "the a an my our your their his its these those every "
            "um uh er erm hmm mm ah like basically "
            "i we they he she who which whose where when as than very quite"
        ),
        leaning=_words(
            "of to in on at by for with from about into onto over under between through during against without "
            "within toward towards among across behind before after around near per via what how why "
            + _ENGLISH_AUXILIARIES
            + "that not also just even always often usually never still only each well though while too really "
            "actually "
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
            "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"
        ),
        half_open=_words("think maybe perhaps another some any mean first"),
        attributes=_words(
            "new old big small short long little good bad great large next last same other own whole wrong easy "
            "hard difficult different many several more most few best better older younger smaller bigger larger "
            "certain entire main important simple real full final previous current single no both all quiet"
        ),
        copulas=_words(
            "was were is are be been it's that's get got getting become became feel felt still always not as and or"
        ),
        intensifiers=_words("very so too really quite more most rather pretty"),
        subordinators=_words(
            "because if when while that which who where although since until whether how why"
        ),
        determiners=_words(
            "the a an my our your their his her its this these that those every each some many all no one two "
            "three people everybody nobody somebody someone customers most"
        ),
        pronouns=_words("i you he she it we they who anybody somebody everybody nobody"),
        transitive=_words(_ENGLISH_TRANSITIVE),
        giving=_words(
            "tell told ask give gave show send sent offer bring brought buy bought write wrote hand teach taught lend "
            "lent cost save sell sold pay paid promise owe remind let make made"
        ),
        persons=_words("me him her us them you"),
        governors=_words(
            "of to in on at by for with from about into onto over under between through during against without "
            "within across behind before after around near per as than like me him her us them you or is "
            "down up out away back off"
        ),
        times=_words(
            "day days morning mornings week weeks month months year years time times hour hours evening night "
            "afternoon noon minute minutes monday friday summer winter spring autumn else"
        ),
        whole_phrase=re.compile(
            r"\b(as well|(with|like|about|for|do|did|of) that|(why|or|course) not|since then|"
            r"and so on|from then|by then|what it is|"
            r"(me|myself|us|them|him|her|it) too|that was it|that is it)$"
        ),
        relatives=_words(
            "that what which who whom things everything anything something nothing whatever how"
        ),
        reach=6,
        verbs=_words(f"{_ENGLISH_AUXILIARIES} {_ENGLISH_TRANSITIVE} {_ENGLISH_VERBS}"),
        verb_endings=("ed",),
        open_phrase=re.compile(
            r"\b(you know|i mean|kind of|sort of|such as|for example|for instance|because of|due to|in order|"
            r"as well as|let me see|a lot of|(and|but|so) then|in my|on the one hand|the other)$"
        ),
        asks_for_a_story=re.compile(
            r"\b(tell me|tell us|describe|give (me|us) an example|talk (me|us) through|walk (me|us) through|explain|"
            r"how (do|did|would|have)|what (do|did|would) you (do|learn|change))\b"
        ),
        announced=re.compile(
            r"\b(two|three|four|several|a few|some) (\w+ )?(things|reasons|steps|points|parts|ways|questions|piles)\b|"
            r"^(the )?first( of all)?\b|\bfirst of all\b"
        ),
        last_item=re.compile(
            r"\b(second|secondly|third|then|after that|finally|lastly|and the other|and the (last|third)|in the end)\b"
        ),
        noises=_words("um uh er erm hm hmm mm mmm ah oh well so okay ok huh mhm uh-huh"),
        nods=_words("yes yeah yep right sure alright all thanks thank you hello hi good i see"),
    ),
    "fr": Known(
        open=_words(
            "et ou mais donc car or ni que qui dont quand si lorsque puisque comme quoique puis "
            "le la les un une des du de au aux mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs "
            "ce cet cette ces chaque quelques plusieurs "
            "euh heu hum hmm mmh ben bah enfin genre bref "
            "je tu il on ils ne se me te tres trop assez"
        ),
        leaning=_words(
            "a dans par pour en vers avec sans sous sur chez entre contre depuis pendant avant apres selon "
            "malgre jusqu'a jusqu'au parmi hors "
            "est etait sont etaient suis etais sommes sera serait ai as avons avez ont avait avais "
            "avaient peut peux doit dois va vais vont elle nous vous elles alors ensuite aussi meme plus "
            "c'est c'etait j'ai j'avais qu'il qu'on qu'elle faut y souvent toujours n'ai n'est s'est"
        ),
        half_open=_words("dit pense crois sais d'abord premierement autre voire etre avoir faire tout"),
        attributes=_words(
            "petit petite petits petites grand grande grands grandes nouveau nouvelle nouveaux bon bonne bons bonnes "
            "premier premiere dernier derniere derniers dernieres autres vieux vieille jeune gros grosse beau belle "
            "mauvais mauvaise meilleur meilleure prochain prochaine deux trois quatre cinq six sept huit neuf dix "
            "vingt trente quarante cinquante cent mille seul seule certains certaines"
        ),
        copulas=_words("est etait sont etaient suis sera c'est c'etait pas toujours et ou"),
        intensifiers=_words("tres plus trop assez si vraiment bien"),
        subordinators=_words(
            "que qu'il qu'elle qu'on qu'ils qui quand si lorsque puisque comme dont pourquoi"
        ),
        determiners=_words(
            "le la les un une des mon ma mes notre nos votre vos leur leurs son sa ses ce cet cette ces chaque "
            "quelques plusieurs personne certains"
        ),
        pronouns=_words("je tu il elle on ils elles qui"),
        transitive=_words(
            "donne donner demande demander envoie envoye envoyer trouve trouver prends pris prendre mets mis mettre "
            "dis dire montre montrer achete acheter vends vendu vendre vois vu voir veux vouloir fais regarde regarder "
            "cherche chercher utilise utiliser prepare preparer explique expliquer propose proposer choisi choisir "
            "verifie verifier appelle appeler aime ecris ecrire compris gagne perdu recu"
        ),
        giving=_words(""),
        persons=_words(""),
        governors=_words(
            "a dans par pour en vers avec sans sous sur chez entre contre depuis pendant avant apres selon de du ou "
            "comme que moi lui nous vous leur toi"
        ),
        times=_words(
            "jour jours matin matins semaine semaines mois an ans annee annees fois heure heures soir nuit"
        ),
        whole_phrase=re.compile(
            r"\b(moi aussi|lui aussi|nous aussi|c'est ca|et c'est tout|non plus|en plus|de plus|(ne|n'y|n'en) \w+ plus|"
            r"avec (elle|nous|vous)|pour (elle|nous|vous)|chez (elle|nous|vous)|avant|depuis)$"
        ),
        relatives=_words("que qu'on qu'il ce dont l'ai l'a les le la qui"),
        reach=3,
        verbs=_words(_FRENCH_AUXILIARIES),
        verb_endings=("ait", "ais", "aient", "ons", "ez", "er", "era", "e", "es", "i", "u", "is"),
        open_phrase=re.compile(
            r"\b(parce qu'?e?|par exemple|c'est a dire|en fait|du coup|je veux dire|comment dire|a cause|grace a|"
            r"il y a|vous voyez|on va dire|un peu|d'un|d'une|l'un|d'autres|afin|ainsi)$"
        ),
        asks_for_a_story=re.compile(
            r"\b(parlez moi|parle moi|racontez|raconte|decrivez|donnez moi un exemple|expliquez|"
            r"comment|que (faites|feriez)|qu'est ce que vous)\b"
        ),
        announced=re.compile(
            r"\b(deux|trois|quatre|plusieurs|quelques) (\w+ )?"
            r"(choses|raisons|etapes|points|parties|facons|questions)\b|"
            r"^(tout )?(d'abord|premierement)\b"
        ),
        last_item=re.compile(
            r"\b(ensuite|puis|apres|enfin|deuxiemement|l'autre|le second|la seconde|finalement)\b"
        ),
        noises=_words("euh heu hum hm hmm mm mmh ah oh ben bah bon alors ok hein"),
        nods=_words("oui ouais d'accord merci bien sur voila bonjour tres je vois"),
    ),
}
