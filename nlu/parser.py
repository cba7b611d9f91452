"""The NLU as the bot sees it: many texts in one call, and always an answer.

Exact words go before the model; of danger both are heard. The model may be slow, away or wrong in form; then
the table of guesses answers. No text is logged.
"""

import dataclasses
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from nlu.breaker import Breaker
from nlu.keywords import Command, command, guess, guess_language, is_danger
from nlu.labels import EMERGENCY, OUT_OF_SCOPE
from nlu.understanding import (
    DANGER_AT,
    OUT_OF_SCOPE_AT,
    SAFE_BELOW,
    UNKNOWN,
    Decision,
    Understanding,
    decide,
)
from nlu.writing import MAX_CHARACTERS

logger = logging.getLogger(__name__)

# A guess by stems is a hint: it is offered as a choice, never acted upon.
GUESS_CONFIDENCE = 0.5

# Commands that are intents too; the others (back, more, cancel) mean something to a running flow only.
_INTENT_OF_COMMAND = {
    Command.STOP: "unsubscribe",
    Command.START: "subscribe",
    Command.HELP: "help",
    Command.MENU: "help",
    Command.HUMAN: "talk_to_human",
    Command.SPANISH: "change_language",
    Command.ENGLISH: "change_language",
    Command.ERASE: "manage_data",
    Command.YES: "affirm",
    Command.NO: "deny",
}


class NluAwayError(Exception):
    """No usable answer of the model. The message names the kind of failure, never a text."""


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
        """For health pages: the breaker is open and the words alone answer."""
        return self._breaker.is_open

    def close(self) -> None:
        self._client.close()

    def parse(self, texts: Sequence[str]) -> list[Understanding]:
        """One understanding per text, in order. Never raises."""
        if not texts:
            return []
        if not self._breaker.allows():
            return [_guessed(text) for text in texts]
        try:
            understandings = self.ask(texts)
        except NluAwayError as e:
            self._breaker.failure()
            logger.warning("nlu away: %s; %d texts by keywords", e, len(texts))
            return [_guessed(text) for text in texts]
        self._breaker.success()
        return understandings

    def ask(self, texts: Sequence[str]) -> list[Understanding]:
        """As `parse`, but raises NluAwayError where `parse` would guess; the breaker is left out."""
        with _failures_told():
            return [
                understood(text, answer) for text, answer in zip(texts, self._answers(texts), strict=True)
            ]

    def vectors(self, texts: Sequence[str]) -> list[list[float]] | None:
        """The meaning of each text as numbers, of length one; None while the model is away. Never raises.

        A stock Rasa and a lighter model have none, which is no failure: None as well.
        """
        if not texts:
            return []
        if not self._breaker.allows():
            return None
        try:
            found = self._ask_for_vectors(texts)
        except NluAwayError as e:
            self._breaker.failure()
            logger.warning("nlu away: %s; no vectors of %d texts", e, len(texts))
            return None
        self._breaker.success()
        return found

    def _ask_for_vectors(self, texts: Sequence[str]) -> list[list[float]] | None:
        with _failures_told():
            response = self._post("/vectors", {"texts": [_sendable(text) for text in texts]})
            if response.status_code == httpx.codes.NOT_FOUND:
                return None
            rows = response.raise_for_status().json()
            return [[float(number) for number in row] for _, row in zip(texts, rows, strict=True)]

    def _answers(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        sent = [_sendable(text) for text in texts]
        response = self._post("/parse", {"texts": sent})
        if response.status_code == httpx.codes.NOT_FOUND:
            return [self._answer_of_stock_rasa(text) for text in sent]
        answers: list[dict[str, Any]] = response.raise_for_status().json()
        return answers

    def _answer_of_stock_rasa(self, text: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._post("/model/parse", {"text": text}).raise_for_status().json()
        return answer

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return self._client.post(self._url + path, json=body, timeout=self._timeout)


@contextmanager
def _failures_told() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as e:
        raise NluAwayError(type(e).__name__) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as e:
        # raised without its cause, whose traceback could hold the answer and so the text
        raise NluAwayError(f"bad answer, {type(e).__name__}") from None


def _sendable(text: str) -> str:
    """Half a surrogate pair is no UTF-8: one such text must not spoil the call of all."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def understood(text: str, answer: dict[str, Any]) -> Understanding:
    """What the words say, and what the model answered; of danger they are heard both."""
    is_sure_of_safety = float(answer.get("danger", 1.0)) < SAFE_BELOW
    return _words_first(text, understanding_of(answer), hears_danger=not is_sure_of_safety)


def understanding_of(answer: dict[str, Any]) -> Understanding:
    """From one parse answer in Rasa's JSON, ours or a stock server's, which knows no `danger`."""
    ranking = answer.get("intent_ranking") or [answer["intent"]]
    best, *others = sorted(ranking, key=_is_out_of_scope, reverse=True)
    # out of scope is nothing one could choose
    second = next((one for one in others if _labels(one)[0] != OUT_OF_SCOPE), None)
    intent, topic = _labels(best)
    second_intent, second_topic = _labels(second) if second else (None, None)
    confidence = float(best["confidence"])
    danger = float(answer.get("danger", 0.0))
    if danger >= DANGER_AT and intent != EMERGENCY:
        second_intent, second_topic = (intent, topic) if intent != OUT_OF_SCOPE else (None, None)
        intent, topic, confidence = EMERGENCY, None, danger
    entities = {entity["entity"]: str(entity["value"]) for entity in reversed(answer.get("entities", ()))}
    return Understanding(
        intent=intent,
        topic=topic,
        confidence=confidence,
        second_intent=second_intent,
        second_topic=second_topic,
        decision=decide(intent, confidence, max((float(one["confidence"]) for one in others), default=0.0)),
        language=answer.get("language"),
        place=entities.get("place"),
        case_number=entities.get("case_number"),
    )


def _is_out_of_scope(ranked: dict[str, Any]) -> bool:
    return _labels(ranked)[0] == OUT_OF_SCOPE and float(ranked["confidence"]) >= OUT_OF_SCOPE_AT


def _labels(ranked: dict[str, Any]) -> tuple[str, str | None]:
    """A stock Rasa trained on the plain data may carry the topic in the name: "ask_rights/asylum"."""
    intent, _, topic = (ranked["name"] or OUT_OF_SCOPE).partition("/")
    return intent, ranked.get("topic") or topic or None


def _words_first(text: str, answer: Understanding, *, hears_danger: bool = True) -> Understanding:
    """Exact words mean what they say, danger is danger; what the model thinks comes second."""
    intent = _sure_intent(text, hears_danger)
    if intent is None:
        return answer
    if intent == answer.intent:
        return dataclasses.replace(answer, decision=Decision.ACT)
    return dataclasses.replace(
        answer,
        intent=intent,
        topic=None,
        confidence=1.0,
        second_intent=answer.intent if answer.intent != OUT_OF_SCOPE else None,
        second_topic=answer.topic,
        decision=Decision.ACT,
    )


def _sure_intent(text: str, hears_danger: bool) -> str | None:
    word = command(text)
    if hears_danger and word is not Command.STOP and is_danger(text):
        return EMERGENCY
    return _INTENT_OF_COMMAND.get(word) if word else None


def _guessed(text: str) -> Understanding:
    """What the words alone say, while the model is away."""
    unknown = dataclasses.replace(UNKNOWN, language=guess_language(text))
    found = guess(text)
    if found is None:
        return _words_first(text, unknown)
    intent, topic = found
    hint = dataclasses.replace(
        unknown, intent=intent, topic=topic, confidence=GUESS_CONFIDENCE, decision=Decision.OFFER
    )
    return _words_first(text, hint)
