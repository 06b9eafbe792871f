"""What the evaluation says to people, written for each language."""

from collections.abc import Sequence

from vivavoce.evaluation.report import CriterionScore

STRONG, WEAK = (4, 5), (1, 2)


def say(key: str, language: str, **values: object) -> str:
    return TEXTS.get(language, TEXTS["en"])[key].format(**values)


def offline_summary(scores: Sequence[CriterionScore], language: str) -> str:
    """One sentence that stands alone, then what the offline evaluator is."""
    scored = [score for score in scores if score.level is not None]
    strong = ", ".join(score.name for score in scored if score.level in STRONG)
    first = say("found_on", language, scored=len(scored), all=len(scores))
    if strong:
        first += say("most_on", language, names=strong)
    return f"{first}. {say('offline', language)}"


TEXTS = {
    "en": {
        "silent": "The candidate did not answer.",
        "no_reference_points": (
            "This criterion has no reference points, and the offline evaluator has nothing else to go by."
        ),
        "nothing_matches": "Nothing in the answer touches the reference points of this criterion.",
        "covered": "By its words, the answer touches {covered} of {points} reference points.",
        "no_quote": "No passage of the transcript supports a level.",
        "mostly_not_enough": "Most of the independent ratings found too little to go by.",
        "nothing_solid": "The answer says nothing of its own about this.",
        "unstable": "The ratings of “{name}” lie {distance} levels apart: a person should read the answers.",
        "addresses_scorer": (
            "The candidate speaks to whoever scores the interview. Such passages never count as evidence."
        ),
        "agent_ratings": "Some ratings came with the turns, from the agent that held the interview.",
        "nothing_said": "The candidate said nothing, so nothing was scored.",
        "nothing_scored": (
            "The answers hold too little to score any criterion, which is not the same as a low score."
        ),
        "found_on": "The answers bring evidence on {scored} of {all} criteria",
        "most_on": ", most of all on {names}",
        "offline": (
            "Offline evaluator: it compares words with the reference points and does not grasp meaning, "
            "so read the quoted passages."
        ),
        "point": "{name}: level {level}. {reason}",
    },
    "fr": {
        "silent": "Le candidat n’a pas répondu.",
        "no_reference_points": (
            "Ce critère n’a pas de points de référence, et l’évaluateur hors ligne ne juge que d’après eux."
        ),
        "nothing_matches": "Rien dans la réponse ne touche aux points de référence de ce critère.",
        "covered": "D’après ses mots, la réponse touche à {covered} des {points} points de référence.",
        "no_quote": "Aucun passage de la transcription ne justifie un niveau.",
        "mostly_not_enough": "La plupart des notations indépendantes n’ont pas trouvé assez d’éléments.",
        "nothing_solid": "La réponse n’apporte rien qui lui soit propre sur ce point.",
        "unstable": "« {name} » : {distance} niveaux séparent les notations, mieux vaut lire les réponses.",
        "addresses_scorer": (
            "Le candidat s’adresse à qui note l’entretien. De tels passages ne comptent jamais comme preuve."
        ),
        "agent_ratings": "Des notations viennent de l’agent qui a mené l’entretien, tour par tour.",
        "nothing_said": "Le candidat n’a rien dit, donc rien n’a été noté.",
        "nothing_scored": (
            "Les réponses contiennent trop peu pour noter un critère, ce qui n’est pas une mauvaise note."
        ),
        "found_on": "Critères sur lesquels les réponses apportent des éléments : {scored} sur {all}",
        "most_on": ", surtout {names}",
        "offline": (
            "Évaluateur hors ligne : il compare les mots aux points de référence sans en saisir le sens, "
            "alors lisez les passages cités."
        ),
        "point": "{name} : niveau {level}. {reason}",
    },
}
