"""How people write on phones, brought to one form, for the keywords and for the model alike.

Read by both environments: Python 3.10 and the standard library only.
"""

import re
import unicodedata

# The longest text a phone sends as one message is ten segments; what comes after decides nothing.
MAX_CHARACTERS = 1600

# What stands for what. Only shortenings that mean the same in both languages or do not exist in the other:
# "d" (de, the), "a", "y" and "i" are left alone.
SHORTENINGS = {
    # Spanish
    "q": "que",
    "k": "que",
    "ke": "que",
    "qe": "que",
    "xq": "porque",
    "xk": "porque",
    "pq": "porque",
    "pk": "porque",
    "porq": "porque",
    "porke": "porque",
    "x": "por",
    "xfa": "por favor",
    "xfavor": "por favor",
    "porfa": "por favor",
    "porfavor": "por favor",
    "pf": "por favor",
    "tmb": "tambien",
    "tb": "tambien",
    "tbn": "tambien",
    "tambn": "tambien",
    "toy": "estoy",
    "ta": "esta",
    "tan": "estan",
    "tamos": "estamos",
    "dnd": "donde",
    "dond": "donde",
    "kiero": "quiero",
    "kiere": "quiere",
    "kieren": "quieren",
    "qiero": "quiero",
    "qiere": "quiere",
    "kien": "quien",
    "aki": "aqui",
    "aca": "aqui",
    "cmo": "como",
    "komo": "como",
    "kasa": "casa",
    "msj": "mensaje",
    "msjs": "mensajes",
    "nd": "nada",
    "pa": "para",
    "bn": "bien",
    "grax": "gracias",
    "grasias": "gracias",
    "asta": "hasta",
    "ola": "hola",
    "aser": "hacer",
    "nesesito": "necesito",
    "nesecito": "necesito",
    "necesitp": "necesito",
    "pueo": "puedo",
    "salu2": "saludos",
    "aorita": "ahorita",
    "orita": "ahorita",
    # English
    "u": "you",
    "ur": "your",
    "r": "are",
    "pls": "please",
    "plz": "please",
    "plis": "please",
    "ppl": "people",
    "thx": "thanks",
    "tnx": "thanks",
    "ty": "thank you",
    "dnt": "dont",
    "doesnt": "doesnt",
    "wat": "what",
    "wut": "what",
    "wen": "when",
    "wher": "where",
    "wid": "with",
    "bcz": "because",
    "bcuz": "because",
    "cuz": "because",
    "coz": "because",
    "n": "and",
    "abt": "about",
    "wanna": "want to",
    "gonna": "going to",
    "gimme": "give me",
    "msg": "message",
    "msgs": "messages",
    "im": "i am",
    "ive": "i have",
    "ill": "i will",
    "dis": "this",
    "dat": "that",
    "dem": "them",
    "deh": "there",
    "di": "the",
    "fi": "for",
    "mek": "make",
    "tek": "take",
    "gat": "got",
}

EMOJI = {"👍": "thumbsup", "👌": "thumbsup", "✅": "thumbsup", "👎": "thumbsdown"}

_APOSTROPHES = re.compile(r"['’‘`´]")
_EMOJI = re.compile("|".join(EMOJI))
_LONG_RUN = re.compile(r"([^\W\d])\1{2,}")
_NOT_A_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: "¿Dónde está?" is "donde esta"."""
    text = _EMOJI.sub(lambda found: f" {EMOJI[found.group()]} ", text)
    text = _APOSTROPHES.sub("", text)
    letters = unicodedata.normalize("NFKD", text.casefold())
    without_accents = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub(" ", without_accents).strip()


def normalize(text: str) -> str:
    """Folded, shortenings written out, letters held down let go: "xq noooo" is "porque no"."""
    words = _LONG_RUN.sub(r"\1", fold(text)).split()
    return " ".join(SHORTENINGS.get(word, word) for word in words)
