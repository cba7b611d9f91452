"""A trained model: where it lies, which one is current, and how its graph is run on many texts at once."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from nlu.writing import MAX_CHARACTERS

PROJECT = Path(__file__).parent
DOMAIN, CONFIG, DATA = PROJECT / "domain.yml", PROJECT / "config.yml", PROJECT / "data"

# Rasa puts these around every pipeline. The first drags in Rasa's channels and TensorFlow, 400 MB and five
# seconds; the last lets anybody name an intent by a slash ("/emergency"), also one outside the contract.
_CONVERTER, _SLASH_COMMANDS = "nlu_message_converter", "run_RegexMessageHandler"


class NoModelError(Exception):
    """Nothing trained yet; the message says what to do."""


def models_dir() -> Path:
    return Path(os.environ.get("PUENTE_DATA", "var")) / "models"


def current_path() -> Path:
    """The archive that today's data, pipeline and code train: another name as soon as one of them changes."""
    sources = [
        CONFIG,
        PROJECT / "places.yml",
        *(PROJECT / name for name in ("labels.py", "writing.py", "importer.py")),
        *sorted((PROJECT / "components").glob("*.py")),
        *sorted(DATA.glob("*/*.yml")),
    ]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(f"{source.relative_to(PROJECT)}\0".encode() + source.read_bytes() + b"\0")
    return models_dir() / f"{digest.hexdigest()[:16]}.tar.gz"


def newest_path() -> Path:
    """The model trained last, which need not be current: an old answer is better than none."""
    models = sorted(models_dir().glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise NoModelError(f"No trained model in {models_dir()}: run `make nlu` first.")
    return models[-1]


class Model:
    """Needs Rasa's environment. Not safe between threads: one parse at a time."""

    def __init__(self, path: Path) -> None:
        from rasa.engine.graph import ExecutionContext, GraphSchema
        from rasa.engine.runner.dask import DaskGraphRunner
        from rasa.engine.storage.local_model_storage import LocalModelStorage
        from tarsafe import TarSafe

        self.name = path.name.removesuffix(".tar.gz")
        with tempfile.TemporaryDirectory() as folder:
            with TarSafe.open(path, mode="r:gz") as archive:
                archive.extractall(folder)
            metadata = json.loads((Path(folder) / "metadata.json").read_text(encoding="utf-8"))
            schema = GraphSchema.from_dict({"nodes": self._nodes(metadata["predict_schema"]["nodes"])})
            self._runner = DaskGraphRunner.create(
                schema,
                LocalModelStorage(Path(folder) / "components"),
                ExecutionContext(schema, model_id=metadata["model_id"]),
            )

    def _nodes(self, nodes: dict[str, Any]) -> dict[str, Any]:
        """The predict graph without Rasa's first and last node: messages go straight into the pipeline."""
        from rasa.engine.constants import PLACEHOLDER_MESSAGE

        self._target = nodes.pop(_SLASH_COMMANDS)["needs"]["messages"]
        nodes.pop(_CONVERTER)
        for node in nodes.values():
            if node["needs"].get("messages") == _CONVERTER:
                node["needs"]["messages"] = PLACEHOLDER_MESSAGE
        return nodes

    def parse(self, texts: list[str]) -> list[dict[str, Any]]:
        """One call of the graph; answers are Rasa's JSON with `topic`, `topic_ranking` and `language`."""
        from rasa.engine.constants import PLACEHOLDER_MESSAGE
        from rasa.shared.nlu.constants import TEXT
        from rasa.shared.nlu.training_data.message import Message

        messages = [Message({TEXT: text[:MAX_CHARACTERS]}) for text in texts]
        parsed = self._runner.run({PLACEHOLDER_MESSAGE: messages}, targets=[self._target])[self._target]
        return [
            _answer(message.get(TEXT), message.as_dict(only_output_properties=True)) for message in parsed
        ]


def _answer(text: str, output: dict[str, Any]) -> dict[str, Any]:
    # Rasa leaves out what is None
    return {"text": text, "language": None, **output}
