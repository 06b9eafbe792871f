"""Everything the interviewer says besides the questions, in English and in French."""

from vivavoce.interviewer.plan import Language, Plan
from vivavoce.interviewer.ports import Mode, NoticeCode

_WARM = ("friendly", "casual", "empathetic")


def greeting(plan: Plan, mode: Mode) -> str:
    """Who asks, that it is an AI, what is kept, who decides, and what the candidate may do."""
    name, count = plan.candidate_first_name, len(plan.questions)
    minutes = max(1, plan.duration_seconds // 60)
    spoken = mode == "voice"
    if plan.language == "fr":
        kept = "J'enregistre le son et le texte" if spoken else "Ce que vous écrivez est enregistré"
        questions = f"{count} questions" if count > 1 else "une question"
        return (
            f"Bonjour{_to(name)}. Je suis {plan.persona.name}, une intelligence artificielle, et je vous parle "
            f"pour {plan.organization}, du poste suivant : {plan.job_title}. {kept} ; des personnes vous liront, "
            f"et ce sont elles qui décident. J'ai {questions}, environ {minutes} minutes. Vous pouvez me "
            "demander un moment, me faire répéter, ou passer une question."
        )
    kept = "I record sound and text" if spoken else "What you write is kept"
    questions = f"{count} questions" if count > 1 else "one question"
    hello = "Hi" if plan.persona.tone in _WARM else "Hello"
    return (
        f"{hello}{_to(name)}. I am {plan.persona.name}, an AI interviewer for {plan.organization}, about this "
        f"role: {plan.job_title}. {kept}; people will read it, and people decide. I have {questions}, about "
        f"{minutes} minutes. You can ask me for a moment, to repeat a question, or to skip it."
    )


def closing(plan: Plan) -> str:
    if plan.language == "fr":
        return (
            f"C'était la dernière question. Merci{_to(plan.candidate_first_name)}. Vos réponses sont "
            f"transmises à {plan.organization}. Vous pouvez fermer cette page."
        )
    return (
        f"That was the last question. Thank you{_to(plan.candidate_first_name)}. Your answers are now with "
        f"{plan.organization}. You can close this page."
    )


def closing_early(plan: Plan) -> str:
    if plan.language == "fr":
        return (
            "Très bien, nous nous arrêtons là. Tout ce que vous avez dit est gardé et transmis tel quel à "
            f"{plan.organization}. Merci{_to(plan.candidate_first_name)}."
        )
    return (
        "All right, we stop here. Everything you said is kept and goes to "
        f"{plan.organization} as it is. Thank you{_to(plan.candidate_first_name)}."
    )


def before_question(plan: Plan, index: int, *, skipped: bool) -> str:
    """A short word between an answer and the next question."""
    if index == 0:
        return "Voici la première question." if plan.language == "fr" else "Here is the first question."
    last = index == len(plan.questions) - 1
    if plan.language == "fr":
        thanks = "Pas de problème." if skipped else "Merci."
        return f"{thanks} Voici la dernière question." if last else thanks
    thanks = "That is fine." if skipped else "Thank you."
    return f"{thanks} This is the last question." if last else thanks


def time_reached(plan: Plan, left: int) -> str:
    if plan.language == "fr":
        rest = "Il reste une question" if left == 1 else f"Il reste {left} questions"
        return f"Le temps prévu est écoulé, mais rien ne presse. {rest} ; prenez le temps qu'il vous faut."
    rest = "There is one question left" if left == 1 else f"There are {left} questions left"
    return f"We have reached the planned time, but there is no hurry. {rest}; take the time you need."


def recap(plan: Plan, index: int, *, answer_begun: bool) -> str:
    """Said before the question, when the line is back or the interview goes on elsewhere."""
    number, count = index + 1, len(plan.questions)
    if plan.language == "fr":
        where = f"Nous voilà de nouveau en ligne, à la question {number} sur {count}."
        kept = "Ce que vous avez dit est gardé ; continuez votre réponse, ou dites-moi qu'elle est finie."
        return f"{where} {kept} La question était :" if answer_begun else f"{where} La question était :"
    where = f"We are back, at question {number} of {count}."
    kept = "What you said is kept; go on with your answer, or tell me that you have finished."
    return f"{where} {kept} The question was:" if answer_begun else f"{where} The question was:"


def back(language: Language) -> str:
    return "Nous voilà de nouveau en ligne." if language == "fr" else "We are back."


def again(language: Language) -> str:
    return "Bien sûr." if language == "fr" else "Of course."


def go_on(language: Language) -> str:
    return "Reprenons. La question était :" if language == "fr" else "Let us go on. The question was:"


def take_your_time(language: Language) -> str:
    return "Bien sûr, prenez votre temps." if language == "fr" else "Of course, take your time."


def nothing_heard(language: Language) -> str:
    if language == "fr":
        return "Je n'ai pas encore de réponse. Vous pouvez répondre, ou passer cette question."
    return "I do not have an answer yet. You can answer now, or skip this question."


def still_listening(language: Language) -> str:
    if language == "fr":
        return "Prenez le temps qu'il vous faut, je vous écoute."
    return "Take the time you need, I am listening."


def still_there(language: Language) -> str:
    """The kind prompt where nobody listens: the candidate types."""
    if language == "fr":
        return "Prenez le temps qu'il vous faut. Répondez quand vous voulez, ou passez cette question."
    return "Take the time you need. Answer when you are ready, or skip this question."


def offer_typing(language: Language) -> str:
    if language == "fr":
        return (
            "Je ne vous entends pas pour le moment. Si c'est plus simple, vous pouvez écrire votre réponse."
        )
    return "I cannot hear you at the moment. If it is easier, you can type your answer."


def saved_pause(language: Language) -> str:
    if language == "fr":
        return "Je fais une pause ici. Tout est enregistré. Parlez ou écrivez quand vous voudrez reprendre."
    return "I will pause here. Everything is saved. Speak or type when you want to go on."


_NOTICES: dict[Language, dict[NoticeCode, str]] = {
    "en": {
        "no_recogniser": "Spoken English is not recognised here. You hear the questions; please type.",
        "demonstration_recogniser": "This is a demonstration recogniser: it makes many mistakes. You "
        "can type instead at any moment.",
        "not_heard": "We could not hear you. Is the right microphone chosen?",
        "no_voice": "Speaking does not work here just now. Please type; what is shown here is stored.",
        "offer_typing": "You can type your answer instead, at any moment.",
        "time": "The planned time is reached. There is no hurry: nothing will be cut.",
        "elsewhere": "The interview goes on in another tab or on another device.",
        "saved": "Everything is saved, and you can go on whenever you like.",
    },
    "fr": {
        "no_recogniser": "Le français parlé n'est pas reconnu ici. Vous entendez les questions ; merci "
        "d'écrire vos réponses.",
        "demonstration_recogniser": "Cette reconnaissance vocale est une démonstration : elle se trompe "
        "souvent. Vous pouvez écrire à tout moment.",
        "not_heard": "Nous n'avons rien entendu. Le bon micro est-il choisi ?",
        "no_voice": "La voix ne fonctionne pas ici pour le moment. Merci d'écrire ; ce qui s'affiche ici est "
        "enregistré.",
        "offer_typing": "Vous pouvez écrire votre réponse, à tout moment.",
        "time": "Le temps prévu est écoulé. Rien ne presse : rien ne sera coupé.",
        "elsewhere": "L'entretien continue dans un autre onglet ou sur un autre appareil.",
        "saved": "Tout est enregistré ; vous reprendrez quand vous voudrez.",
    },
}


def notice(code: NoticeCode, language: Language) -> str:
    return _NOTICES[language][code]


def _to(name: str) -> str:
    return f" {name}" if name else ""
