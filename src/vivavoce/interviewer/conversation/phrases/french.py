"""What the interviewer says in French."""

from vivavoce.interviewer.conversation.phrases.shapes import Texts

TEXTS: Texts = {
    "hello": {
        None: "Bonjour{name}.",
        "friendly": "Bonjour{name}, et bienvenue.",
        "empathetic": "Bonjour{name}. Merci de prendre ce temps.",
    },
    "who": "Je suis {agent}, une intelligence artificielle, et je vous parle pour {organization}, du poste "
    "suivant : {job}.",
    "kept_spoken": "J'enregistre le son et le texte",
    "kept_written": "Ce que vous écrivez est enregistré",
    "greeting": "{hello} {who} {kept} ; des personnes vous liront, et ce sont elles qui décident. J'ai "
    "{questions}, environ "
    "{minutes} minutes. Vous pouvez me demander un moment, me faire répéter ou reformuler, passer une "
    "question, et me poser les vôtres.",
    "one_question": "une question",
    "many_questions": "{count} questions",
    "closing": {
        None: "C'était la dernière question. Merci{name}. Vos réponses sont transmises à {organization}. Vous "
        "pouvez fermer "
        "cette page.",
        "friendly": "C'était la dernière question. Merci pour cet échange{name}. Vos réponses sont transmises à "
        "{organization}. Vous pouvez fermer cette page.",
        "formal": "C'était la dernière question. Je vous remercie de votre temps{name}. Vos réponses sont "
        "transmises à "
        "{organization}. Vous pouvez fermer cette page.",
        "empathetic": "C'était la dernière question. Merci pour tout ce que vous m'avez dit{name}. Vos réponses sont "
        "transmises à {organization}. Vous pouvez fermer cette page.",
    },
    "closing_early": "Très bien, nous nous arrêtons là. Tout ce que vous avez dit est gardé et transmis tel quel à "
    "{organization}. Merci{name}.",
    "first_question": {
        None: "Voici la première question.",
        "friendly": "Commençons par la première question.",
        "casual": "Première question.",
        "formal": "Permettez-moi de commencer par la première question.",
        "empathetic": "Quand vous voulez, voici la première question.",
    },
    "last_question": "Voici la dernière question.",
    "thanks": {
        None: "Merci.",
        "friendly": "Merci, c'est noté.",
        "casual": "Merci, on continue.",
        "formal": "Je vous remercie.",
        "empathetic": "Merci de m'avoir dit cela.",
    },
    "skipped": {
        None: "Pas de problème.",
        "casual": "Pas de souci.",
        "formal": "Bien entendu, poursuivons.",
        "empathetic": "Ce n'est pas grave du tout.",
    },
    "time_near": "Il reste environ {minutes} sur le temps prévu. Rien ne presse.",
    "one_minute": "une minute",
    "many_minutes": "{count} minutes",
    "time_reached": "Le temps prévu est écoulé, mais rien ne presse. {rest} ; prenez le temps qu'il vous faut.",
    "one_left": "Il reste une question",
    "many_left": "Il reste {left} questions",
    "recap": "Nous voilà de nouveau en ligne, à la question {number} sur {count}.",
    "recap_begun": "Ce que vous avez dit est gardé ; continuez votre réponse, ou dites-moi qu'elle est finie.",
    "recap_missed": "Si vos derniers mots m'ont échappé, redites-les, s'il vous plaît.",
    "recap_question": "La question était :",
    "back": "Nous voilà de nouveau en ligne.",
    "again": {None: "Bien sûr.", "casual": "Pas de souci.", "formal": "Certainement."},
    "go_on": "Reprenons. La question était :",
    "take_your_time": {
        None: "Bien sûr, prenez votre temps.",
        "formal": "Certainement. Prenez le temps qu'il vous faut.",
        "empathetic": "Bien sûr. Prenez tout le temps qu'il vous faut.",
    },
    "nothing_heard": "Je n'ai pas encore de réponse. Vous pouvez répondre, ou passer cette question.",
    "still_listening": {
        None: "Prenez le temps qu'il vous faut, je vous écoute.",
        "empathetic": "Rien ne presse. Prenez le temps qu'il vous faut, je vous écoute.",
    },
    "still_there": "Prenez le temps qu'il vous faut. Répondez quand vous voulez, ou passez cette question.",
    "offer_typing": "Je ne vous entends pas pour le moment. Si c'est plus simple, vous pouvez écrire votre réponse.",
    "saved_pause": "Je fais une pause ici. Tout est enregistré. Appuyez sur « Reprendre » quand vous voudrez.",
    # Other words for a question
    "in_other_words": {None: "Autrement dit :", "casual": "Je le dis autrement :"},
    "once_more": {
        None: "Bien sûr. Je n'ai pas de meilleurs mots, alors la revoici. Prenez votre temps.",
        "formal": "Certainement. Je n'ai pas de meilleurs mots ; je vous la relis donc. Prenez votre temps.",
    },
    # The candidate's own questions
    "by_fact": "Voici ce qu'en dit {organization} : {text}",
    "noted": {
        None: "Je ne peux pas y répondre moi-même. J'ai noté votre question pour {organization} ; une personne "
        "la lira.",
        "casual": "Là, je ne peux pas répondre. J'ai noté votre question pour {organization} ; une personne la lira.",
        "empathetic": "Je comprends que vous vouliez le savoir. Je ne peux pas y répondre moi-même, alors j'ai "
        "noté votre "
        "question pour {organization} ; une personne la lira.",
    },
    "process_ai": "Je suis {agent}, une intelligence artificielle. Personne n'écoute pendant que nous parlons ; chez "
    "{organization}, des personnes liront ensuite vos réponses.",
    "process_decides": "Ce sont des personnes qui décident, chez {organization}. Elles lisent vos réponses ; "
    "moi, je ne décide "
    "de rien.",
    "process_kept_spoken": "Le son et le texte de cet entretien sont enregistrés et transmis à {organization}. "
    "Il n'y a pas de "
    "vidéo.",
    "process_kept_written": "Ce que vous écrivez est gardé et transmis à {organization}. Il n'y a pas de "
    "vidéo, et le son n'est "
    "enregistré que si vous parlez.",
    "process_judged": "Vos réponses sont lues selon ce que demande ce poste, d'après le texte seul : ni voix, "
    "ni accent, ni "
    "visage. Je ne peux pas vous donner les critères. Des personnes lisent tout, et ce sont elles qui décident.",
    "process_length": "Il y a {questions}, environ {minutes} minutes en tout ; nous en sommes au numéro "
    "{number}. Si c'est plus "
    "long, rien ne sera coupé.",
    "process_controls": "Oui. À tout moment, vous pouvez faire une pause et revenir par le même lien, passer "
    "une question, ou "
    "écrire au lieu de parler.",
    "clarify": {
        None: "Prenez-la dans le sens qui vous parle le plus.",
        "empathetic": "Prenez-la dans le sens qui vous parle le plus ; il n'y a pas de piège.",
    },
    "back_to_question": {
        None: "Revenons à la question :",
        "formal": "Permettez-moi de revenir à la question :",
    },
    "anything_else": "Y a-t-il autre chose que vous aimeriez demander ?",
    # Words aimed at the interview
    "ahead": "Je pose les questions l'une après l'autre, de la même façon pour tout le monde.",
    "verdict": "Je ne donne ni notes ni réponses. Chez {organization}, des personnes lisent ce que vous dites, "
    "et ce sont elles "
    "qui décident.",
    "steering": "Je ne peux que mener cet entretien, de la même façon pour tout le monde.",
    "insult": {
        None: "J'entends que c'est agaçant. Nous pouvons faire une pause, passer la question, ou continuer.",
        "empathetic": "J'entends que ce moment est difficile. Nous pouvons faire une pause, passer la "
        "question, ou continuer.",
    },
    "language": "Cet entretien est en français, et je risque de ne pas vous suivre dans une autre langue. "
    "Pouvez-vous le dire "
    "en français ? Ce que vous avez dit est gardé.",
    # Vigilance
    "own_words": {
        None: "Pouvez-vous me le redire avec vos mots à vous, avec un détail tel que vous l'avez vécu ?",
        "formal": "Auriez-vous l'obligeance de me le redire avec vos propres mots, avec un détail tel que vous "
        "l'avez vécu ?",
    },
    "pause_pasted": "Je m'arrête un instant pour vous dire pourquoi : l'essentiel de cette réponse a été collé "
    "d'un coup. Il "
    "peut y avoir de bonnes raisons, cela ne change aucune note, et nous continuons.",
    "pause_boilerplate": "Je m'arrête un instant pour vous dire pourquoi : des passages de cette réponse "
    "ressemblent à un texte "
    "tout fait. Il peut y avoir de bonnes raisons, cela ne change aucune note, et nous continuons.",
    "pause_reads_back": "Je m'arrête un instant pour vous dire pourquoi : la réponse redit surtout la "
    "question. Cela ne change "
    "aucune note, et nous continuons.",
    "pause_aimed": "Je m'arrête un instant pour vous dire pourquoi : ceci visait le fonctionnement de "
    "l'entretien, et je le note "
    "pour {organization}. Cela ne change aucune note, et nous continuons.",
    # On the page
    "notice_no_recogniser": "Le français parlé n'est pas reconnu ici. Vous entendez les questions ; merci "
    "d'écrire vos "
    "réponses.",
    "notice_demonstration_recogniser": "Cette reconnaissance vocale est une démonstration : elle se trompe "
    "souvent. Vous pouvez "
    "écrire à tout moment.",
    "notice_not_heard": "Nous n'avons rien entendu. Le bon micro est-il choisi ?",
    "notice_no_voice": "La voix ne fonctionne pas ici pour le moment. Merci d'écrire ; ce qui s'affiche ici "
    "est enregistré.",
    "notice_offer_typing": "Vous pouvez écrire votre réponse, à tout moment.",
    "notice_time": "Le temps prévu est écoulé. Rien ne presse : rien ne sera coupé.",
    "notice_time_near": "Le temps prévu touche à sa fin. Rien ne presse : rien ne sera coupé.",
    "notice_elsewhere": "L'entretien continue dans un autre onglet ou sur un autre appareil.",
    "notice_saved": "Tout est enregistré ; vous reprendrez quand vous voudrez.",
}
