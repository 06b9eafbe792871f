"""What the interviewer says in English."""

from vivavoce.interviewer.conversation.phrases.shapes import Texts

TEXTS: Texts = {
    "hello": {
        None: "Hello{name}.",
        "friendly": "Hi{name}, good to have you here.",
        "casual": "Hi{name}.",
        "formal": "Good day{name}.",
        "empathetic": "Hello{name}. Thank you for taking this time.",
    },
    "who": "I am {agent}, an AI interviewer for {organization}, about this role: {job}.",
    "kept_spoken": "I record sound and text",
    "kept_written": "What you write is kept",
    "greeting": "{hello} {who} {kept}; people will read it, and people decide. I have {questions}, about "
    "{minutes} minutes. "
    "You can ask me for a moment, to repeat or rephrase a question, or to skip it, and whatever you want to know.",
    "one_question": "one question",
    "many_questions": "{count} questions",
    "closing": {
        None: "That was the last question. Thank you{name}. Your answers are now with {organization}. You can "
        "close this page.",
        "friendly": "That was the last question. Thanks for talking with me{name}. Your answers are now with "
        "{organization}. "
        "You can close this page.",
        "casual": "That was the last one. Thanks{name}. Your answers are now with {organization}. You can "
        "close this page.",
        "formal": "That was the last question. I thank you for your time{name}. Your answers are now with "
        "{organization}. "
        "You may close this page.",
        "empathetic": "That was the last question. Thank you for everything you told me{name}. Your answers "
        "are now with "
        "{organization}. You can close this page.",
    },
    "closing_early": "All right, we stop here. Everything you said is kept and goes to {organization} as it "
    "is. Thank you{name}.",
    "first_question": {
        None: "Here is the first question.",
        "friendly": "Let us begin with the first question.",
        "casual": "First question.",
        "formal": "I shall begin with the first question.",
        "empathetic": "Whenever you are ready, here is the first question.",
    },
    "last_question": "This is the last question.",
    "thanks": {
        None: "Thank you.",
        "friendly": "Thanks for that.",
        "casual": "Thanks.",
        "formal": "Thank you very much.",
        "empathetic": "Thank you for telling me that.",
    },
    "skipped": {
        None: "That is fine.",
        "friendly": "No problem at all.",
        "casual": "No problem.",
        "formal": "Certainly, we shall go on.",
        "empathetic": "That is quite all right.",
    },
    "time_near": "We have about {minutes} of the planned time left. There is no hurry.",
    "one_minute": "one minute",
    "many_minutes": "{count} minutes",
    "time_reached": "We have reached the planned time, but there is no hurry. {rest}; take the time you need.",
    "one_left": "There is one question left",
    "many_left": "There are {left} questions left",
    "recap": "We are back, at question {number} of {count}.",
    "recap_begun": "What you said is kept; go on with your answer, or tell me that you have finished.",
    "recap_missed": "If I missed your last words, please say them again.",
    "recap_question": "The question was:",
    "back": "We are back.",
    "again": {None: "Of course.", "casual": "Sure.", "formal": "Certainly."},
    "go_on": "Let us go on. The question was:",
    "take_your_time": {
        None: "Of course, take your time.",
        "casual": "Sure, take your time.",
        "formal": "Certainly. Please take the time you need.",
        "empathetic": "Of course. Take all the time you need.",
    },
    "nothing_heard": "I do not have an answer yet. You can answer now, or skip this question.",
    "still_listening": {
        None: "Take the time you need, I am listening.",
        "formal": "Please take the time you need. I am listening.",
        "empathetic": "There is no hurry. Take the time you need, I am listening.",
    },
    "still_there": "Take the time you need. Answer when you are ready, or skip this question.",
    "offer_typing": "I cannot hear you at the moment. If it is easier, you can type your answer.",
    "saved_pause": "I will pause here. Everything is saved. Press “Go on” when you want to go on.",
    # Other words for a question
    "in_other_words": {
        None: "In other words:",
        "formal": "To put it differently:",
        "casual": "Put another way:",
    },
    "once_more": {
        None: "Of course. I have no better words for it, so here it is once more. Take your time.",
        "casual": "Sure. I have no better words for it, so here it is once more. Take your time.",
        "formal": "Certainly. I have no better words for it, so I shall read it once more. Please take your time.",
    },
    # The candidate's own questions
    "by_fact": "Here is what {organization} says about it: {text}",
    "noted": {
        None: "I cannot answer that myself. I have noted your question for {organization}; a person there will "
        "read it.",
        "friendly": "That is one I cannot answer myself. I have noted it for {organization}; a person there "
        "will read it.",
        "casual": "I cannot answer that one. I have noted it for {organization}; a person there will read it.",
        "empathetic": "I understand that you want to know. I cannot answer it myself, so I have noted it for "
        "{organization}; "
        "a person there will read it.",
    },
    "process_ai": "I am {agent}, an AI interviewer. No person listens while we talk; people at {organization} "
    "read your answers "
    "afterwards.",
    "process_decides": "People at {organization} decide. They read your answers; I decide nothing.",
    "process_kept_spoken": "The sound and the text of this interview are recorded and go to {organization}. "
    "There is no video.",
    "process_kept_written": "What you write is kept and goes to {organization}. There is no video, and sound "
    "is recorded only "
    "while you speak.",
    "process_judged": "Your answers are read for what this role needs, from the text alone: no voice, no "
    "accent, no face. I "
    "cannot tell you the criteria. People read all of it, and people decide.",
    "process_length": "There are {questions}, about {minutes} minutes in all; we are at number {number}. If it "
    "takes longer, "
    "nothing is cut.",
    "process_controls": "Yes. At any moment you can pause and come back by the same link, skip a question, or "
    "type instead of "
    "speaking.",
    "clarify": {
        None: "Take it in the way that makes most sense to you.",
        "empathetic": "Take it in the way that makes most sense to you; there is no trap in it.",
    },
    "back_to_question": {None: "Back to the question:", "formal": "May I return to the question:"},
    "anything_else": "Is there anything else that you would like to ask?",
    # Words aimed at the interview
    "ahead": "I ask the questions one after the other, the same way for everybody.",
    "verdict": "I give no scores and no answers. People at {organization} read what you say, and they decide.",
    "steering": "I can only hold this interview, the same way for everybody.",
    "insult": {
        None: "I hear that this is annoying. We can pause, you can skip the question, or we go on.",
        "empathetic": "I hear that this is hard at the moment. We can pause, you can skip the question, or we go on.",
    },
    "language": "This interview is in English, and I may not follow you in another language. Could you say it "
    "in English? What "
    "you said is kept.",
    # Vigilance
    "own_words": {
        None: "Could you tell me that once more in your own words, with one detail from how it really was?",
        "formal": "Would you please tell me that once more in your own words, with one detail from how it really was?",
        "casual": "Could you put that in your own words, with one detail from how it really was?",
    },
    "pause_pasted": "Let me pause here and say why: most of this answer was pasted in one go. There can be "
    "good reasons, it "
    "changes no score, and we go on.",
    "pause_boilerplate": "Let me pause here and say why: parts of this answer look like ready-made text. There "
    "can be good "
    "reasons, it changes no score, and we go on.",
    "pause_reads_back": "Let me pause here and say why: the answer mostly says the question again. It changes "
    "no score, and "
    "we go on.",
    "pause_aimed": "Let me pause here and say why: this was meant for how the interview works, and I note it for "
    "{organization}. It changes no score, and we go on.",
    # On the page
    "notice_no_recogniser": "Spoken English is not recognised here. You hear the questions; please type.",
    "notice_demonstration_recogniser": "This is a demonstration recogniser: it makes many mistakes. You can "
    "type instead at "
    "any moment.",
    "notice_not_heard": "We could not hear you. Is the right microphone chosen?",
    "notice_no_voice": "Speaking does not work here just now. Please type; what is shown here is stored.",
    "notice_offer_typing": "You can type your answer instead, at any moment.",
    "notice_time": "The planned time is reached. There is no hurry: nothing will be cut.",
    "notice_time_near": "Little of the planned time is left. There is no hurry: nothing will be cut.",
    "notice_elsewhere": "The interview goes on in another tab or on another device.",
    "notice_saved": "Everything is saved, and you can go on whenever you like.",
}
