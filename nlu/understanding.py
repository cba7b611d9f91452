"""What the bot learns from one text: an intent, perhaps a topic, and how sure it may act on it."""

from dataclasses import dataclass
from enum import StrEnum

from nlu.labels import EMERGENCY, OUT_OF_SCOPE

# Chosen by the cross-validated numbers in docs/nlu.md.
# From here the bot acts without asking: on seven texts of eight; of those, danger apart, 96 in 100 are right.
ACT_AT = 0.70
# Two intents that lie closer than this are a coin toss, however high the first one stands.
ACT_MARGIN = 0.15
# Below this even the first guess is wrong three times of four; the menu is the honest answer.
OFFER_AT = 0.25
# A menu too many costs a message. Whatever else seems likelier, from here a text is out of scope.
OUT_OF_SCOPE_AT = 0.15
# A safety message too many costs a message too; one too few may cost a life.
DANGER_AT = 0.10
# Words of danger are also said of films, of the past, of others. Here the model is sure enough to overrule
# them: of 1,263 emergencies that the words find and the model had not seen, that loses three.
SAFE_BELOW = 0.0005


class Decision(StrEnum):
    ACT = "act"
    OFFER = "offer"
    MENU = "menu"


@dataclass(frozen=True, slots=True)
class Understanding:
    """`decision` says what the router may do: act, offer both guesses as choices, or show the menu."""

    intent: str
    topic: str | None
    confidence: float
    second_intent: str | None
    second_topic: str | None
    decision: Decision
    language: str | None
    place: str | None
    case_number: str | None


UNKNOWN = Understanding(
    intent=OUT_OF_SCOPE,
    topic=None,
    confidence=0.0,
    second_intent=None,
    second_topic=None,
    decision=Decision.MENU,
    language=None,
    place=None,
    case_number=None,
)


def decide(intent: str, confidence: float, next_confidence: float) -> Decision:
    """Out of scope ends in the menu. Danger needs little to act."""
    if intent == EMERGENCY and confidence >= DANGER_AT:
        return Decision.ACT
    if intent == OUT_OF_SCOPE or confidence < OFFER_AT:
        return Decision.MENU
    is_sure = confidence >= ACT_AT and confidence - next_confidence >= ACT_MARGIN
    return Decision.ACT if is_sure else Decision.OFFER
