"""What the candidate wants to know: answered from what the recruiter gave, or from what the product knows of itself.

Nothing else is ever said: the rest is noted for the recruiter.
"""

import re
from typing import Literal

from vivavoce.evaluation.words import stems
from vivavoce.interviewer.conversation.endpointing import plain_words
from vivavoce.interviewer.plan import Language, Plan

Process = Literal["ai", "decides", "kept", "judged", "length", "controls"]
"""What the product knows of the interview itself."""

TOPIC_WORTH, SUBJECT_WORTH, TEXT_WORTH = 3, 2, 1
ENOUGH = 2


def fact_by_words(question: str, plan: Plan) -> str | None:
    """The id of the fact whose topic the question names; by words, so only where one fits best."""
    language = plan.language
    asked, subjects = stems(question, language), _subjects(question, language)
    worth = {
        fact.id: TOPIC_WORTH * len(asked & stems(fact.topic, language))
        + SUBJECT_WORTH * len(subjects & _subjects(fact.topic, language))
        + TEXT_WORTH * len(asked & stems(fact.text, language))
        for fact in plan.facts
    }
    best = sorted(worth, key=lambda fact_id: worth[fact_id], reverse=True)[:2]
    if not best or worth[best[0]] < ENOUGH or (len(best) > 1 and worth[best[0]] == worth[best[1]]):
        return None
    return best[0]


def process_asked(question: str, language: Language) -> Process | None:
    """Which part of the interview itself the question is about."""
    plain = plain_words(question)
    return next((name for name, said in _PROCESS[language].items() if said.search(plain)), None)


def about_the_job(text: str, language: Language) -> bool:
    """It names something that candidates ask about: pay, team, place, hours."""
    return bool(_subjects(text, language))


def _subjects(text: str, language: Language) -> frozenset[str]:
    plain = plain_words(text)
    return frozenset(name for name, words in _SUBJECTS[language].items() if words.search(plain))


_PROCESS: dict[Language, dict[Process, re.Pattern[str]]] = {
    "en": {
        "ai": re.compile(
            r"\b(?:are you|am i (?:talking|speaking) (?:to|with)|is this|who are you|what are you)\b.*"
            r"\b(?:ai|a\.?i|robot|bot|machine|human|person|real|computer|artificial|chatgpt|gpt)\b|"
            r"^(?:so |and )?(?:who|what) are you$|^what(?:'s| is) your name$"
        ),
        "decides": re.compile(
            r"\bwho\b.*\b(?:decides?|decision|reads?|listens?|sees?|reviews?|evaluates?|scores?|judges?)\b|"
            r"\b(?:do you|will you|does (?:the|an) (?:ai|machine)) (?:decide|make the decision|choose)\b"
        ),
        "kept": re.compile(
            r"\b(?:record(?:ed|ing|s)?|stored|kept|saved|privacy|my data|the data|camera|video|filmed)\b"
        ),
        "judged": re.compile(
            r"\bhow\b.*\b(?:judged?|scored?|evaluated?|rated?|assessed?|graded?)\b|"
            r"\bwhat\b.*\b(?:looking for|criteria|judged? (?:on|by)|scored? on|evaluated? on)\b"
        ),
        "length": re.compile(
            r"\bhow (?:long|much (?:more )?time|many (?:more )?questions|much longer)\b(?!.*\b(?:contract|probation|"
            r"commut\w+|project|role|position|team|job)\b)|\bhow (?:many|much)\b.*\b(?:left|remain\w*)\b"
        ),
        "controls": re.compile(
            r"^(?:(?:so|and|but|sorry|excuse me) )*(?:can|could|may) i (?:take a break|pause|stop|type|write|skip|"
            r"come back|go back|change|do this (?:later|again))\b|\bhow do i (?:pause|stop|skip|type)\b"
        ),
    },
    "fr": {
        "ai": re.compile(
            r"\b(?:etes vous|vous etes|es tu|est ce que je parle|je parle|parle je|c'est|suis je)\b.*"
            r"\b(?:ia|i\.?a|robot|bot|machine|humain|humaine|vraie personne|une personne|reel|reelle|ordinateur|"
            r"artificielle|chatgpt|gpt)\b|^(?:mais |et )?(?:qui etes vous|vous etes qui|tu es qui)$|"
            r"\bcomment vous appelez vous\b"
        ),
        "decides": re.compile(
            r"\bqui\b.*\b(?:decide\w*|decision|lit|lira|ecoute\w*|verra|voit|evalue\w*|note|juge\w*)\b|"
            r"\b(?:c'est vous qui|est ce vous qui|est ce que vous|allez vous) (?:decid\w+|choisi\w+)\b"
        ),
        "kept": re.compile(
            r"\b(?:enregistre\w*|conserve\w*|stocke\w*|donnees|rgpd|confidentialite|camera|video|filme\w*)\b"
        ),
        "judged": re.compile(
            r"\b(?:comment|sur quoi|selon quoi)\b.*\b(?:juge\w*|note\w*|evalue\w*)\b|\bquels? (?:sont )?(?:les |"
            r"vos )?"
            r"criteres?\b|\bque (?:cherchez|recherchez) vous\b"
        ),
        "length": re.compile(
            r"\b(?:combien de (?:temps|minutes|questions)|ca dure|encore longtemps|duree de (?:l'|cet )entretien)\b"
            r"(?!.*\b(?:contrat|essai|trajet|projet|poste|equipe)\b)|\bcombien\b.*\b(?:reste\w*)\b"
        ),
        "controls": re.compile(
            r"^(?:(?:alors|et|mais|pardon|excusez moi) )*(?:est ce que )?(?:je peux|puis je|je pourrais|pourrais je|"
            r"peut on) (?:faire une pause|m'arreter|arreter|ecrire|passer|revenir|changer|reprendre plus tard)\b"
        ),
    },
}

_SUBJECTS: dict[Language, dict[str, re.Pattern[str]]] = {
    "en": {
        "pay": re.compile(
            r"\b(?:salar\w+|pay|pays|paid|wages?|compensation|remuneration|earn\w*|day rate|daily rate)\b"
        ),
        "benefits": re.compile(
            r"\b(?:benefits?|perks?|bonus\w*|insurance|pension|equity|stock options?|vouchers?)\b"
        ),
        "team": re.compile(r"\b(?:teams?|colleagues|coworkers|work with|manager|report to|headcount)\b"),
        "place": re.compile(r"\b(?:where|locat\w+|offices?|based|city|commut\w+|address|relocat\w+)\b"),
        "remote": re.compile(r"\b(?:remote\w*|home|hybrid|on site|onsite|telework\w*)\b"),
        "hours": re.compile(
            r"\b(?:hours|schedules?|shifts?|overtime|part time|full time|weekends?|on call|flexib\w+)\b"
        ),
        "leave": re.compile(r"\b(?:holidays?|vacations?|days off|annual leave|time off|parental leave)\b"),
        "start": re.compile(
            r"\b(?:starting date|start date|(?:when|how soon)\b.*\b(?:start|begin|join)|notice period)\b"
        ),
        "contract": re.compile(
            r"\b(?:contracts?|permanent|fixed term|probation\w*|trial period|freelance|temporary)\b"
        ),
        "tools": re.compile(r"\b(?:stack|technolog\w+|tools?|frameworks?|programming languages?|software)\b"),
        "next": re.compile(
            r"\b(?:next steps?|hear back|hear from|get an answer|feedback|hiring process|recruitment process|"
            r"next interview|when will i know)\b"
        ),
        "growth": re.compile(r"\b(?:training|career|grow\w*|promot\w+|learn\w*|develop(?:ment)?)\b"),
        "travel": re.compile(r"\b(?:travel\w*|trips?|abroad)\b"),
        "visa": re.compile(r"\b(?:visas?|sponsor\w*|work permit)\b"),
    },
    "fr": {
        "pay": re.compile(
            r"\b(?:salair\w+|remunerations?|paye?e?s?|payer|gagne\w*|tjm|taux journalier|fixe)\b"
        ),
        "benefits": re.compile(
            r"\b(?:avantages?|primes?|bonus|mutuelle|retraite|interessement|actions|tickets?|cheques?)\b"
        ),
        "team": re.compile(
            r"\b(?:equipes?|collegues|collaborateurs|responsable|manager|effectifs?|avec qui)\b"
        ),
        "place": re.compile(
            r"\b(?:ou (?:se|est|sont|seront?)|lieu|locaux|bureaux?|ville|trajet|adresse|site)\b"
        ),
        "remote": re.compile(
            r"\b(?:teletravail\w*|distance|hybride|presentiel|sur site|chez soi|chez moi|domicile)\b"
        ),
        "hours": re.compile(
            r"\b(?:horaires?|heures|planning|temps partiel|temps plein|week ends?|astreintes?|flexib\w+|rtt)\b"
        ),
        "leave": re.compile(r"\b(?:conges?|vacances|jours de repos|jours off)\b"),
        "start": re.compile(
            r"\b(?:date de (?:debut|demarrage|prise de poste)|quand\b.*\b(?:commenc\w+|debut\w*|demarr\w+)|preavis)\b"
        ),
        "contract": re.compile(r"\b(?:contrats?|cdi|cdd|periode d'essai|freelance|interim|alternance)\b"),
        "tools": re.compile(r"\b(?:stack|technolog\w+|outils?|frameworks?|logiciels?|langages?)\b"),
        "next": re.compile(
            r"\b(?:suite|prochaines? etapes?|reponse|retour|processus de recrutement|prochain entretien|"
            r"quand\b.*\b(?:saurai|nouvelles))\b"
        ),
        "growth": re.compile(r"\b(?:formations?|carriere|evolu\w+|promotion|progress\w+|perspectives?)\b"),
        "travel": re.compile(r"\b(?:deplacements?|voyages?|etranger)\b"),
        "visa": re.compile(r"\b(?:visas?|titre de sejour|permis de travail)\b"),
    },
}
"""What candidates ask about, so that "What does it pay?" finds the fact on the salary."""
