"""Deterministic words: they need no model, answer at once and mean the same tomorrow.

`command` is for texts that are nothing but the word, `is_danger` for texts that speak of danger to life now,
`guess` and `guess_language` stand in for the model while it is away.
"""

import re
from enum import StrEnum

from nlu.danger import is_danger
from nlu.guesses import SMALL_WORDS, TABLE
from nlu.writing import MAX_CHARACTERS, normalize

__all__ = ["Command", "command", "guess", "guess_language", "is_danger"]


class Command(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"
    MENU = "menu"
    BACK = "back"
    CANCEL = "cancel"
    HUMAN = "human"
    SPANISH = "spanish"
    ENGLISH = "english"
    MORE = "more"
    ERASE = "erase"
    YES = "yes"
    NO = "no"


# As `normalize` leaves them: lower case, no accents or punctuation. Misspellings are listed, not guessed: one
# letter off is another word too often ("alta" is not "alto", "pagar" is not "parar").
_COMMANDS: dict[Command, str] = {
    Command.STOP: """
        stop, stopall, stop all, stp, sotp, stpo, end, quit, revoke, opt out, optout, unsubscribe,
        unsuscribe, unsubscribe me, unsub, stop messages, stop texting me, stop messaging me, stop texting,
        no more messages, no more texts, dont text me, dont text me anymore, dont message me, take me off,
        take me off the list, remove me, remove me from the list, baja, vaja, de baja, dar de baja,
        darme de baja, dame de baja, deme de baja, darse de baja, quiero darme de baja, alto, parar, pare,
        paren, detener, desuscribir, desuscribirme, cancelar suscripcion, no mas mensajes,
        ya no mas mensajes, no quiero mensajes, no quiero mas mensajes, no quiero recibir mensajes,
        no quiero recibir mas mensajes, ya no quiero mensajes, ya no quiero recibir mensajes,
        no me escriban, no me escriban mas, no me escriba mas, ya no me escriban, ya no me escriban mas,
        no me manden mensajes, no me manden mas mensajes, ya no me manden mensajes, dejen de escribirme,
        dejen de mandarme mensajes, dejen de enviarme mensajes, borrenme de la lista, quitenme de la lista,
        saquenme de la lista
    """,
    Command.START: """
        start, unstop, subscribe, subscribe me, sign up, sign me up, alta, dar de alta, darme de alta,
        quiero darme de alta, suscribir, suscribirme, quiero suscribirme, suscribete
    """,
    Command.HELP: "help, info, ayuda, alluda, aiuda, ayda, ayuda me, informacion, information, hlp, halp",
    Command.MENU: """
        menu, main menu, menu principal, inicio, al inicio, volver al menu, volver al inicio, back to menu,
        back to the menu, ir al menu, opciones, options, meni, manu
    """,
    Command.BACK: """
        back, go back, atras, volver, vuelve, regresar, anterior, paso anterior, previous, previous step,
        ir atras, para atras, hacia atras, volver atras
    """,
    Command.CANCEL: """
        cancel, cancelar, cancela, cancelalo, cancele, canselar, cansela, cancel it, cancel this, exit,
        salir, dejalo, olvidalo, forget it, never mind, nevermind
    """,
    Command.HUMAN: """
        human, humano, humana, persona, una persona, agente, un agente, agent, an agent, asesor, asesora,
        un asesor, una asesora, operador, operadora, operator, person, a person, real person,
        a real person, persona real, una persona real, hablar con una persona, hablar con alguien,
        hablar con un humano, hablar con un agente, hablar con un asesor, quiero hablar con una persona,
        quiero hablar con alguien, quiero hablar con un agente, quiero hablar con un asesor,
        quiero hablar con un humano, talk to a person, talk to someone, talk to a human, talk to an agent,
        speak to a person, speak to someone, speak to an agent, i want to talk to a person,
        i want to talk to someone, i want to talk to a human
    """,
    Command.SPANISH: """
        espanol, en espanol, spanish, in spanish, castellano, espaniol, espanish, spanish language,
        idioma espanol, hablo espanol, i speak spanish
    """,
    Command.ENGLISH: """
        english, in english, ingles, en ingles, inglish, ingls, english language, idioma ingles,
        hablo ingles, i speak english
    """,
    Command.MORE: "more, mas, ver mas, see more, show more, more results, mas resultados, mostrar mas",
    Command.ERASE: """
        borrar mis datos, borren mis datos, borra mis datos, borre mis datos, quiero borrar mis datos,
        quiero que borren mis datos, eliminar mis datos, eliminen mis datos, elimina mis datos,
        quiero eliminar mis datos, borrar todo, borren todo, borrar mi informacion,
        eliminar mi informacion, borrar mi cuenta, eliminar mi cuenta, delete my data, erase my data,
        remove my data, delete my information, erase my information, delete my account, delete all my data,
        delete everything, i want to delete my data, i want you to delete my data, forget me
    """,
    Command.YES: """
        si, sip, sii, sy, yes, yep, yeah, yea, yess, yup, ok, okay, oki, okey, vale, dale, claro,
        claro que si, por supuesto, correcto, de acuerdo, esta bien, asi es, sure, correct, thats right,
        of course, alright, all right, acepto, i accept, agreed, i agree, thumbsup, yes i do, ok si, si ok,
        simon, va
    """,
    Command.NO: """
        no, nop, nope, nah, noo, nel, no no, nunca, no gracias, no thanks, no thank you, para nada,
        negativo, ninguno, ninguna, none, neither, thumbsdown, no acepto, i do not agree, i dont agree,
        no quiero, i dont want
    """,
}

_COMMAND_OF = {phrase.strip(): word for word, phrases in _COMMANDS.items() for phrase in phrases.split(",")}

_POLITE = re.compile(r"^(?:hola|hello|hi|buenas) | (?:por favor|please|gracias|thanks|thank you)$")


def command(text: str) -> Command | None:
    """The command that the whole text is, politeness and repetition aside; None when it says more."""
    words = normalize(text[:MAX_CHARACTERS])
    return _COMMAND_OF.get(words) or _COMMAND_OF.get(_said_once(_POLITE.sub("", words)))


def _said_once(words: str) -> str:
    """ "stop stop stop" is "stop"."""
    different = set(words.split())
    return different.pop() if len(different) == 1 else words


def guess(text: str) -> tuple[str, str | None] | None:
    """Intent and topic by their stems, the more urgent row first; None when no stem is found."""
    words = normalize(text[:MAX_CHARACTERS])
    for stems, intent, topic in TABLE:
        if stems.search(words):
            return intent, topic
    return None


def guess_language(text: str) -> str | None:
    """By the small words of the text; None where neither language has more of them."""
    words = normalize(text[:MAX_CHARACTERS]).split()
    counts = {language: sum(word in small for word in words) for language, small in SMALL_WORDS.items()}
    best = max(counts, key=counts.__getitem__)
    return best if list(counts.values()).count(counts[best]) == 1 else None
