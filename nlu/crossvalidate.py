"""`python -m nlu.crossvalidate OUT.jsonl` in Rasa's environment: what a model says that never saw the text.

The model, the fine-tuned encoder included, learns from two thirds of the examples and is asked the rest; that
takes as long as a training from nothing. Only counts of n-grams and the mean of the vectors are of all texts.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_yaml_file

from nlu.components.classifier import IntentTopicClassifier
from nlu.components.features import label
from nlu.components.language import LANGUAGE
from nlu.components.ngrams import NgramFeaturizer
from nlu.components.normalizer import SmsNormalizer
from nlu.components.tuned import FineTunedEncoder
from nlu.components.vectors import SentenceVectors
from nlu.importer import all_data, part
from nlu.model import CONFIG

LEFT_OUT = 0  # the first of the parts


def main(target: Path) -> int:
    from nlu.tuning.__main__ import tune

    with tempfile.TemporaryDirectory() as folder:
        learned, left_out = part(all_data().intent_examples, LEFT_OUT)
        adapter = Path(folder) / "adapter.npz"
        tune(learned, adapter)
        target.write_text("".join(_answers(learned, left_out, adapter)), encoding="utf-8")
    return 0


def _answers(learned: list[Message], left_out: list[Message], adapter: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage.create(Path(folder))
        data = TrainingData([*learned, *left_out])
        _component(SmsNormalizer, storage).process_training_data(data)
        for kind in (NgramFeaturizer, SentenceVectors):
            _component(kind, storage).train(data)
            _component(kind, storage, trained=True).process_training_data(data)
        config = {"adapter": str(adapter)}
        for kind in (FineTunedEncoder, IntentTopicClassifier):
            _component(kind, storage, **config).train(TrainingData(learned))
        # copies, whose label the answer may overwrite; all have features, also those whose encoder is sure
        answered = [Message(dict(one.data), features=one.features) for one in left_out]
        for kind in (FineTunedEncoder, IntentTopicClassifier):
            answered = _component(kind, storage, trained=True).process(answered)
    return [
        json.dumps(_row(example, answer), ensure_ascii=False) + "\n"
        for example, answer in zip(left_out, answered, strict=True)
    ]


def _component(
    kind: type, storage: LocalModelStorage, *, trained: bool = False, **config: str
) -> GraphComponent:
    pipeline = {row.pop("name").rsplit(".", 1)[1]: row for row in read_yaml_file(CONFIG)["pipeline"]}
    config = kind.get_default_config() | pipeline[kind.__name__] | config
    context = ExecutionContext(GraphSchema({}), node_name=kind.__name__)
    make = kind.load if trained else kind.create
    return make(config, storage, Resource(kind.__name__), context)


def _row(example: Message, answered: Message) -> dict[str, object]:
    intent, _, topic = label(example).partition("/")
    return {
        "text": example.get(TEXT),
        "intent": intent,
        "topic": topic,
        "language": example.get(LANGUAGE),
        "answer": answered.as_dict(only_output_properties=True),
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
