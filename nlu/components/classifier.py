"""Intent, the topic within the intent, and danger, by likeness to the examples."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.features import ngrams, vectors
from nlu.components.likeness import Likeness, Settings, Task
from nlu.labels import EMERGENCY, OUT_OF_SCOPE, TOPICS

NO_TOPIC = {"name": None, "confidence": 0.0}
# Nothing in the text is known: empty, a lone emoji, another script. The vectors alone would name some intent.
NOTHING_KNOWN = {"name": OUT_OF_SCOPE, "confidence": 1.0}

DANGER, SAFE = "danger", "safe"


class IntentTopicClassifier(GraphComponent):
    """Adds `topic`, `topic_ranking` and `danger` to Rasa's answer; a ranked intent carries its best topic.

    `danger` is the probability that somebody is in danger now, from a classifier of its own: it knows two
    classes only, and what it is sure of does not depend on how alike the other intents are.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "ngram_share": 0.15,
            "nearness": 0.5,
            "smoothing": 0.3,
            "width": 256,
            "ranking_length": 10,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model: Likeness | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentTopicClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        examples = training_data.intent_examples
        settings = Settings(
            *(self._config[name] for name in ("ngram_share", "nearness", "smoothing", "width"))
        )
        self._model = Likeness.fit(ngrams(examples), vectors(examples), _tasks(examples), settings)
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentTopicClassifier:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._model = Likeness.load(folder)
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        if not messages or self._model is None:
            return messages
        features = ngrams(messages)
        answers = self._model.probabilities(features, vectors(messages))
        known = features.getnnz(axis=1) > 0
        for place, message in enumerate(messages):
            rankings = {
                task: _ranking(self._model.labels(task), rows[place]) for task, rows in answers.items()
            }
            if not known[place]:
                rankings |= {INTENT: [dict(NOTHING_KNOWN)], DANGER: [{"name": SAFE, "confidence": 1.0}]}
            self._answer(message, rankings)
        return messages

    def _answer(self, message: Message, rankings: dict[str, list[dict[str, Any]]]) -> None:
        ranking = rankings.pop(INTENT)[: self._config["ranking_length"]]
        danger = {one["name"]: one["confidence"] for one in rankings.pop(DANGER)}
        best = dict(ranking[0])
        topic_ranking = rankings.get(best["name"], [])
        for intent in ranking:
            if intent["name"] in rankings:
                intent["topic"] = rankings[intent["name"]][0]["name"]
        message.set("intent", best, add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        message.set("topic", topic_ranking[0] if topic_ranking else NO_TOPIC, add_to_output=True)
        message.set("topic_ranking", topic_ranking, add_to_output=True)
        message.set("danger", danger.get(DANGER, 0.0), add_to_output=True)


def _tasks(examples: list[Message]) -> list[Task]:
    intents = [example.get(INTENT) for example in examples]
    every = np.arange(len(examples))
    tasks = [
        Task(INTENT, every, intents),
        Task(DANGER, every, [DANGER if intent == EMERGENCY else SAFE for intent in intents]),
    ]
    for intent in set(intents) & set(TOPICS):
        rows = [place for place, found in enumerate(intents) if found == intent]
        topics = [examples[place].get(INTENT_RESPONSE_KEY).split("/", 1)[1] for place in rows]
        tasks.append(Task(intent, np.array(rows), topics))
    return tasks


def _ranking(labels: list[str], probabilities: np.ndarray) -> list[dict[str, Any]]:
    """Best first, as Rasa writes a ranking."""
    order = np.argsort(-probabilities, kind="stable")
    return [{"name": labels[place], "confidence": float(probabilities[place])} for place in order]
