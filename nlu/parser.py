"""The NLU as the bot sees it: many texts in one call, and always an answer.

The model may be slow, away or wrong in form; then the keywords answer. Nothing raises, no text is logged.
"""

import logging
from collections.abc import Sequence
from typing import Any

import httpx

from nlu.breaker import Breaker
from nlu.keywords import guess, is_danger
from nlu.labels import EMERGENCY
from nlu.understanding import UNKNOWN, Decision, Understanding, decide

logger = logging.getLogger(__name__)

# What the keywords say is a hint: it is offered as a choice, never acted upon.
GUESS_CONFIDENCE = 0.5


class Parser:
    """Safe between threads. A stock `rasa run --enable-api` at the url works too, one call per text."""

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 2.0,
        client: httpx.Client | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._timeout = timeout
        # the server is on this machine or beside it: no proxy of the environment may see the texts
        self._client = client or httpx.Client(trust_env=False)
        self._breaker = breaker or Breaker()

    @property
    def is_away(self) -> bool:
        """For health pages: the breaker is open and the keywords answer."""
        return self._breaker.is_open

    def parse(self, texts: Sequence[str]) -> list[Understanding]:
        """One understanding per text, in order."""
        if not texts:
            return []
        if not self._breaker.allows():
            return [by_keywords(text) for text in texts]
        try:
            understandings = [understanding_of(answer) for answer in self._ask(texts)]
            if len(understandings) != len(texts):
                raise ValueError("not one answer per text")
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            RecursionError,
        ) as e:
            self._breaker.failure()
            logger.warning("nlu away: %s, %d texts by keywords", type(e).__name__, len(texts))
            return [by_keywords(text) for text in texts]
        self._breaker.success()
        return understandings

    def _ask(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        response = self._post("/parse", {"texts": list(texts)})
        if response.status_code == httpx.codes.NOT_FOUND:
            return [self._ask_stock(text) for text in texts]
        answers = response.raise_for_status().json()
        if not isinstance(answers, list):
            raise ValueError("not a list of answers")
        return answers

    def _ask_stock(self, text: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._post("/model/parse", {"text": text}).raise_for_status().json()
        return answer

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return self._client.post(self._url + path, json=body, timeout=self._timeout)


def understanding_of(answer: dict[str, Any]) -> Understanding:
    """From one parse answer in Rasa's JSON, ours or a stock server's."""
    best, second = [*answer.get("intent_ranking", ()), {}, {}][:2]
    best = best or answer["intent"]
    intent, topic = _labels(best)
    second_intent, second_topic = _labels(second) if second else (None, None)
    confidence = float(best["confidence"])
    entities = {entity["entity"]: entity["value"] for entity in reversed(answer.get("entities", ()))}
    return Understanding(
        intent=intent,
        topic=topic,
        confidence=confidence,
        second_intent=second_intent,
        second_topic=second_topic,
        decision=decide(intent, confidence, float(second.get("confidence", 0.0))),
        language=answer.get("language"),
        place=entities.get("place"),
        case_number=entities.get("case_number"),
    )


def _labels(ranked: dict[str, Any]) -> tuple[str, str | None]:
    """Stock Rasa without a topic classifier may carry the topic in the name: "ask_rights/asylum"."""
    intent, _, topic = str(ranked["name"]).partition("/")
    return intent, ranked.get("topic") or topic or None


def by_keywords(text: str) -> Understanding:
    """What the words alone say, while the model is away."""
    if is_danger(text):
        return _guessed(EMERGENCY, None, Decision.ACT)
    found = guess(text)
    return _guessed(*found, Decision.OFFER) if found else UNKNOWN


def _guessed(intent: str, topic: str | None, decision: Decision) -> Understanding:
    return Understanding(
        intent=intent,
        topic=topic,
        confidence=GUESS_CONFIDENCE,
        second_intent=None,
        second_topic=None,
        decision=decision,
        language=None,
        place=None,
        case_number=None,
    )
