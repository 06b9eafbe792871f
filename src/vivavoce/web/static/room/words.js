// What the room itself says, in the language of the page.

const en = {
  states: {
    connecting: "Connecting…",
    speaking: "Speaking",
    listening: "Listening. Take your time.",
    typing: "Your turn. Take your time.",
    thinking: "Thinking",
    holding: "Take a moment. Go on when you are ready.",
    paused: "Paused. Nothing is recorded, and the clock has stopped.",
    down: "The line is down. The clock has stopped. Reconnecting…",
    ended: "The interview is over.",
  },
  back: "The line is back.",
  question: (number, count) => `Question ${number} of ${count}`,
  controls: {
    moment: "Give me a moment",
    ready: "I am ready",
    pause: "Pause",
    goOn: "Go on",
    text: "Type instead",
    voice: "Speak instead",
  },
  answer: {
    keys: "Ctrl + Enter sends.",
    hint: "What you have not sent stays here, even if the page reloads.",
    waiting: "The line is down. Keep writing: you can send as soon as it is back.",
    paused: "The interview is paused. Press “Go on” to send.",
    later: "You can send when it is your turn.",
    long: "That is too long to send at once: at most 10,000 characters.",
    unsent: "The line went down before this was stored. Please send it again.",
  },
  heard: {
    preparing: "One moment: getting ready to listen…",
    listening: "Listening",
    down: "The line is down. Trying again…",
    silence: "We could not hear you. Is the right microphone chosen?",
    heard: "This is what we heard. If it is not quite right, you can still go on: you can type at any moment.",
  },
  // What is wrong, and what to do; `again` names the button that tries once more.
  microphone: {
    again: "Try again",
    refused: (again) => [
      "The browser does not let this page use the microphone.",
      `Allow it beside the address of the page and press “${again}”. Or type your answers.`,
    ],
    missing: (again) => ["No microphone was found.", `Connect one and press “${again}”. Or type your answers.`],
    busy: (again) => [
      "The microphone cannot be used just now. Another program may be using it.",
      `Close that program and press “${again}”. Or type your answers.`,
    ],
    insecure: () => [
      "The browser gives the microphone only to pages with a secure address (https).",
      "You can type your answers.",
    ],
    unsupported: () => [
      "This browser cannot send sound to us.",
      "A current Firefox, Chrome, Edge or Safari can. Or type your answers.",
    ],
    lost: "The microphone is gone. You can type; connect it again and press “Speak instead” to go on by voice.",
  },
};

const fr = {
  states: {
    connecting: "Connexion…",
    speaking: "L’IA parle",
    listening: "À vous. Prenez votre temps.",
    typing: "À vous. Prenez votre temps.",
    thinking: "Un instant de réflexion",
    holding: "Prenez un instant. Reprenez quand vous voulez.",
    paused: "En pause. Rien n’est enregistré et le temps ne compte plus.",
    down: "La liaison est coupée. Le temps ne compte plus. Reconnexion…",
    ended: "L’entretien est terminé.",
  },
  back: "La liaison est rétablie.",
  question: (number, count) => `Question ${number} sur ${count}`,
  controls: {
    moment: "Un instant",
    ready: "Je reprends",
    pause: "Pause",
    goOn: "Reprendre",
    text: "Écrire",
    voice: "Parler",
  },
  answer: {
    keys: "Ctrl + Entrée pour envoyer.",
    hint: "Ce qui n’est pas envoyé reste ici, même si la page se recharge.",
    waiting: "La liaison est coupée. Continuez d’écrire : vous pourrez envoyer dès son retour.",
    paused: "L’entretien est en pause. Appuyez sur « Reprendre » pour envoyer.",
    later: "Vous pourrez envoyer quand ce sera votre tour.",
    long: "C’est trop long pour un seul envoi : 10 000 caractères au plus.",
    unsent: "La liaison a été coupée avant l’enregistrement de ce texte. Envoyez-le de nouveau.",
  },
  heard: {
    preparing: "Un instant, l’écoute se prépare…",
    listening: "À l’écoute",
    down: "La liaison est coupée. Nouvel essai…",
    silence: "Nous ne vous entendons pas. Est-ce le bon microphone ?",
    heard:
      "Voici ce qui a été entendu. Si ce n’est pas tout à fait cela, vous pouvez continuer : il est possible d’écrire à tout moment.",
  },
  microphone: {
    again: "Réessayer",
    refused: (again) => [
      "Le navigateur n’autorise pas cette page à utiliser le microphone.",
      `Autorisez-le à côté de l’adresse de la page, puis appuyez sur « ${again} ». Ou répondez par écrit.`,
    ],
    missing: (again) => [
      "Aucun microphone trouvé.",
      `Branchez-en un et appuyez sur « ${again} ». Ou répondez par écrit.`,
    ],
    busy: (again) => [
      "Le microphone n’est pas disponible. Un autre programme l’utilise peut-être.",
      `Fermez ce programme et appuyez sur « ${again} ». Ou répondez par écrit.`,
    ],
    insecure: () => [
      "Le navigateur ne donne le microphone qu’aux pages dont l’adresse est sécurisée (https).",
      "Vous pouvez répondre par écrit.",
    ],
    unsupported: () => [
      "Ce navigateur ne peut pas nous transmettre de son.",
      "Firefox, Chrome, Edge ou Safari à jour le peuvent. Ou répondez par écrit.",
    ],
    lost: "Le microphone a disparu. Vous pouvez écrire ; rebranchez-le et appuyez sur « Parler » pour reprendre de vive voix.",
  },
};

export const words = document.documentElement.lang === "fr" ? fr : en;
