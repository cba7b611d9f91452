"""Intent, the topic within the intent, and danger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack

from nlu.components.features import SURE, label, ngrams, vectors
from nlu.components.linear import Linear, Task, softmax
from nlu.components.stored import StoredComponent
from nlu.components.tuned import LABELS, TUNED
from nlu.labels import EMERGENCY, OUT_OF_SCOPE, TOPICS

NO_TOPIC = {"name": None, "confidence": 0.0}
# Nothing in the text is known: empty, a lone emoji, another script. The vectors alone would name some intent.
NOTHING_KNOWN = {"name": OUT_OF_SCOPE, "confidence": 1.0}

DANGER = "danger"
LEAST = 1e-9  # of a probability, so that it has a logarithm


class IntentTopicClassifier(StoredComponent):
    """Adds `topic`, `topic_ranking` and `danger` to Rasa's answer; a ranked intent carries its best topic.

    The fine-tuned encoder, where it is in the pipeline, and where it is not sure also a linear classifier of
    n-grams and sentence vectors: each sees what the other does not, so their logarithms are averaged.
    `danger` is how probable it is that somebody is in danger now against all else together: how alike the
    other intents are, which makes their ranking unsure, does not count.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        # The share of the encoder, and how far its opinion alone and the average are stretched: chosen on
        # texts that neither had seen.
        return {"c": 0.6, "tuned_share": 0.6, "alone_stretch": 1.6, "stretch": 1.4, "ranking_length": 10}

    def __init__(self, config: dict[str, Any], *others: Any) -> None:
        super().__init__(config, *others)
        self._model: Linear | None = None
        self._members: dict[str, np.ndarray] | None = None

    def _learn(self, training_data: TrainingData, folder: Path) -> None:
        examples = training_data.intent_examples
        features = hstack([ngrams(examples), csr_matrix(vectors(examples))], format="csr")
        Linear.fit(features, _tasks(examples), self._config["c"]).save(folder, "linear")

    def _read(self, folder: Path) -> None:
        self._model = Linear.load(folder, "linear")

    def process(self, messages: list[Message]) -> list[Message]:
        if not messages or self._model is None:
            return messages
        doubtful = [place for place, message in enumerate(messages) if not message.get(SURE)]
        known = np.ones(len(messages), bool)
        answers: dict[str, np.ndarray] = {}
        if doubtful:
            asked = [messages[place] for place in doubtful]
            features = ngrams(asked)
            known[doubtful] = features.getnnz(axis=1) > 0
            answers = _with_danger(self._model, self._model.probabilities(features, vectors(asked)))
        if messages[0].get(TUNED) is not None:
            answers = self._with_encoder(messages, answers, doubtful)
        for place, message in enumerate(messages):
            danger = float(answers[DANGER][place, 1]) if known[place] else 0.0
            ranking = _ranking(self._model.labels(INTENT), answers[INTENT][place])
            topics = {
                intent: _ranking(self._model.labels(intent), answers[intent][place])
                for intent in TOPICS
                if intent in answers
            }
            self._answer(message, ranking if known[place] else [dict(NOTHING_KNOWN)], topics, danger)
        return messages

    def _with_encoder(
        self, messages: list[Message], linear: dict[str, np.ndarray], doubtful: list[int]
    ) -> dict[str, np.ndarray]:
        """`linear` holds a row for each of the doubtful."""
        if self._members is None:
            self._members = _members(messages[0].get(LABELS), self._model)
        found = np.vstack([message.get(TUNED) for message in messages])
        share, answers = self._config["tuned_share"], {}
        for task, members in self._members.items():
            tuned = np.log(found @ members + LEAST)
            scores = self._config["alone_stretch"] * tuned
            if doubtful:
                average = share * tuned[doubtful] + (1 - share) * np.log(linear[task] + LEAST)
                scores[doubtful] = self._config["stretch"] * average
            answers[task] = softmax(scores)
        return answers

    def _answer(
        self,
        message: Message,
        ranking: list[dict[str, Any]],
        topics: dict[str, list[dict[str, Any]]],
        danger: float,
    ) -> None:
        ranking = ranking[: self._config["ranking_length"]]
        best = dict(ranking[0])
        topic_ranking = topics.get(best["name"], [])
        for intent in ranking:
            if intent["name"] in topics:
                intent["topic"] = topics[intent["name"]][0]["name"]
        message.set("intent", best, add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        message.set("topic", topic_ranking[0] if topic_ranking else NO_TOPIC, add_to_output=True)
        message.set("topic_ranking", topic_ranking, add_to_output=True)
        message.set("danger", danger, add_to_output=True)


def _with_danger(model: Linear, answers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    danger = answers[INTENT][:, [model.labels(INTENT).index(EMERGENCY)]]
    return answers | {DANGER: np.hstack([1 - danger, danger])}


def _tasks(examples: list[Message]) -> list[Task]:
    intents = [example.get(INTENT) for example in examples]
    tasks = [Task(INTENT, np.arange(len(examples)), intents)]
    for intent in set(intents) & set(TOPICS):
        rows = [place for place, found in enumerate(intents) if found == intent]
        topics = [label(examples[place]).split("/", 1)[1] for place in rows]
        tasks.append(Task(intent, np.array(rows), topics))
    return tasks


def _members(labels: list[str], model: Linear) -> dict[str, np.ndarray]:
    """For each task which labels of the encoder, the rows, amount to which of its answers, the columns."""
    intents = np.array([one.split("/")[0] for one in labels])
    dangers = np.where(intents == EMERGENCY, EMERGENCY, "")
    members = {
        INTENT: intents[:, None] == np.array(model.labels(INTENT)),
        DANGER: dangers[:, None] == np.array(["", EMERGENCY]),
    }
    for intent in set(intents) & set(TOPICS):
        topics = [f"{intent}/{topic}" for topic in model.labels(intent)]
        members[intent] = np.array(labels)[:, None] == np.array(topics)
    return {task: matrix.astype(np.float32) for task, matrix in members.items()}


def _ranking(labels: list[str], probabilities: np.ndarray) -> list[dict[str, Any]]:
    """Best first, as Rasa writes a ranking."""
    order = np.argsort(-probabilities, kind="stable")
    return [{"name": labels[place], "confidence": float(probabilities[place])} for place in order]
