"""`python -m nlu.crossvalidate OUT.jsonl` in Rasa's environment: what a model says that never saw the text.

What was written together lies together in a file, so the parts are runs of rows: a text is not tested on its
neighbors. Only labels are kept apart; counts of n-grams and means of vectors are taken from all texts.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_yaml_file

from nlu.components.classifier import IntentTopicClassifier
from nlu.components.language import LANGUAGE
from nlu.components.ngrams import NgramFeaturizer
from nlu.components.normalizer import SmsNormalizer
from nlu.components.vectors import SentenceVectors
from nlu.importer import LanguageFolderImporter
from nlu.model import CONFIG, DATA

PARTS = 3


def main(target: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage.create(Path(folder))
        data = _featurized(storage)
        parts = _parts(data.intent_examples)
        with target.open("w", encoding="utf-8") as file:
            for number in range(PARTS):
                learned = [one for one, part in parts if part != number]
                left_out = [one for one, part in parts if part == number]
                _component(IntentTopicClassifier, storage).train(TrainingData(learned))
                classifier = _component(IntentTopicClassifier, storage, trained=True)
                # copies, whose label the answer may overwrite
                copies = [Message(dict(one.data), features=one.features) for one in left_out]
                for example, answered in zip(left_out, classifier.process(copies), strict=True):
                    file.write(json.dumps(_row(example, answered), ensure_ascii=False) + "\n")
    return 0


def _featurized(storage: LocalModelStorage) -> TrainingData:
    files = [str(path) for path in sorted(DATA.glob("*/*.yml"))]
    data = LanguageFolderImporter(training_data_paths=files).get_nlu_data()
    _component(SmsNormalizer, storage).process_training_data(data)
    for kind in (NgramFeaturizer, SentenceVectors):
        _component(kind, storage).train(data)
        _component(kind, storage, trained=True).process_training_data(data)
    return data


def _component(kind: type, storage: LocalModelStorage, *, trained: bool = False) -> object:
    pipeline = {row.pop("name").rsplit(".", 1)[1]: row for row in read_yaml_file(CONFIG)["pipeline"]}
    config = (
        kind.get_default_config() | pipeline[kind.__name__] if hasattr(kind, "get_default_config") else {}
    )
    context = ExecutionContext(GraphSchema({}), node_name=kind.__name__)
    make = kind.load if trained else kind.create
    return make(config, storage, Resource(kind.__name__), context)


def _parts(examples: list[Message]) -> list[tuple[Message, int]]:
    """Each label in each language is cut into runs of like length."""
    groups = defaultdict(list)
    for example in examples:
        groups[_label(example), example.get(LANGUAGE)].append(example)
    return [
        (example, place * PARTS // len(group))
        for group in groups.values()
        for place, example in enumerate(group)
    ]


def _label(example: Message) -> str:
    return example.get(INTENT_RESPONSE_KEY) or example.get(INTENT)


def _row(example: Message, answered: Message) -> dict[str, object]:
    intent, _, topic = _label(example).partition("/")
    return {
        "text": example.get(TEXT),
        "intent": intent,
        "topic": topic,
        "language": example.get(LANGUAGE),
        "answer": answered.as_dict(only_output_properties=True),
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
