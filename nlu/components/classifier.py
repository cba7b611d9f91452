"""Intent, and the topic within the intent, by linear classifiers on n-grams and sentence vectors."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack

from nlu.components.features import ngrams, vectors
from nlu.components.linear import Linear
from nlu.labels import OUT_OF_SCOPE, TOPICS

NO_TOPIC = {"name": None, "confidence": 0.0}
# Nothing in the text is known: empty, a lone emoji, another script. The bias alone would name some intent.
NOTHING_KNOWN = {"name": OUT_OF_SCOPE, "confidence": 1.0}


class IntentTopicClassifier(GraphComponent):
    """Adds `topic` and `topic_ranking` to Rasa's answer; each ranked intent with topics carries its best."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intent_c": 0.4, "topic_c": 0.4, "ranking_length": 10}

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._intents: Linear | None = None
        self._topics: dict[str, Linear] = {}

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
        features = _features(examples)
        self._intents = Linear.fit(
            features, [example.get(INTENT) for example in examples], self._config["intent_c"]
        )
        for intent in TOPICS:
            rows = [place for place, example in enumerate(examples) if example.get(INTENT) == intent]
            if not rows:
                continue
            topics = [examples[place].get(INTENT_RESPONSE_KEY).split("/", 1)[1] for place in rows]
            self._topics[intent] = Linear.fit(features[rows], topics, self._config["topic_c"])
        with self._model_storage.write_to(self._resource) as folder:
            self._intents.save(folder, "intents")
            for intent, model in self._topics.items():
                model.save(folder, intent)
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
            component._intents = Linear.load(folder, "intents")
            component._topics = {
                intent: Linear.load(folder, intent)
                for intent in TOPICS
                if (folder / f"{intent}.npz").exists()
            }
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        if not messages or self._intents is None:
            return messages
        features, known = _features(messages), ngrams(messages).getnnz(axis=1) > 0
        intents = self._intents.probabilities(features)
        topics = {intent: model.probabilities(features) for intent, model in self._topics.items()}
        for place, message in enumerate(messages):
            is_known = known[place]
            ranking = self._intents.ranking(intents[place]) if is_known else [dict(NOTHING_KNOWN)]
            topic_rankings = {
                intent: self._topics[intent].ranking(rows[place]) for intent, rows in topics.items()
            }
            _answer(message, ranking[: self._config["ranking_length"]], topic_rankings)
        return messages


def _answer(
    message: Message, ranking: list[dict[str, Any]], topic_rankings: dict[str, list[dict[str, Any]]]
) -> None:
    best = dict(ranking[0])
    topic_ranking = topic_rankings.get(best["name"], [])
    for intent in ranking:
        if intent["name"] in topic_rankings:
            intent["topic"] = topic_rankings[intent["name"]][0]["name"]
    message.set("intent", best, add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    message.set("topic", topic_ranking[0] if topic_ranking else NO_TOPIC, add_to_output=True)
    message.set("topic_ranking", topic_ranking, add_to_output=True)


def _features(messages: list[Message]) -> csr_matrix:
    return hstack([ngrams(messages), csr_matrix(vectors(messages))], format="csr")
