"""A trained model: where it lies, which one is current, and how its graph is run on many texts at once."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlu.writing import MAX_CHARACTERS

if TYPE_CHECKING:
    from rasa.engine.graph import GraphComponent, GraphSchema
    from rasa.engine.storage.storage import ModelStorage

    from nlu.components.encoders import UseEncoder

PROJECT = Path(__file__).parent
DOMAIN, CONFIG, DATA = PROJECT / "domain.yml", PROJECT / "config.yml", PROJECT / "data"

# Rasa puts these around every pipeline. The first drags in Rasa's channels and TensorFlow, 400 MB and five
# seconds; the last lets anybody name an intent by a slash ("/emergency"), also one outside the contract.
_CONVERTER, _SLASH_COMMANDS = "nlu_message_converter", "run_RegexMessageHandler"


VECTOR_DIGITS = 4


class NoModelError(Exception):
    """Nothing trained yet; the message says what to do."""


class NoVectorsError(Exception):
    """The model was trained without the encoder whose vectors are asked for."""


def models_dir() -> Path:
    return Path(os.environ.get("PUENTE_DATA", "var")) / "models"


def current_path() -> Path:
    """The archive that today's data, pipeline and code train: another name as soon as one of them changes."""
    sources = [
        CONFIG,
        PROJECT / "adapter.npz",
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
    """Needs Rasa's environment. Not safe between threads: one call at a time.

    Rasa's graph of a pipeline is a chain. Its components are called here one after the other, without Rasa's
    runner, which takes longer for each text than some of them.
    """

    def __init__(self, path: Path) -> None:
        from rasa.engine.graph import GraphSchema
        from rasa.engine.storage.local_model_storage import LocalModelStorage
        from tarsafe import TarSafe

        self.name = path.name.removesuffix(".tar.gz")
        with tempfile.TemporaryDirectory() as folder:
            with TarSafe.open(path, mode="r:gz") as archive:
                archive.extractall(folder)
            metadata = json.loads((Path(folder) / "metadata.json").read_text(encoding="utf-8"))
            nodes = _in_order(metadata["predict_schema"]["nodes"])
            storage = LocalModelStorage(Path(folder) / "components")
            self._components = _components(GraphSchema.from_dict({"nodes": nodes}), storage)

    def parse(self, texts: list[str]) -> list[dict[str, Any]]:
        """Rasa's JSON without the text, with `topic`, `topic_ranking`, `danger` and `language`."""
        from rasa.shared.nlu.constants import TEXT
        from rasa.shared.nlu.training_data.message import Message

        messages = [Message({TEXT: text[:MAX_CHARACTERS]}) for text in texts]
        for component in self._components:
            messages = component.process(messages)
        return [_answer(message.as_dict(only_output_properties=True)) for message in messages]

    def vectors(self, texts: list[str]) -> list[list[float]]:
        """The meaning of each text: 512 numbers of length one, from the multilingual USE alone.

        Raises NoVectorsError.
        """
        encoder = self._use
        if encoder is None:
            raise NoVectorsError
        # half a surrogate pair is no UTF-8
        cut = [text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8") for text in texts]
        vectors: list[list[float]] = encoder.vectors(cut).astype(float).round(VECTOR_DIGITS).tolist()
        return vectors

    @property
    def _use(self) -> UseEncoder | None:
        """The pipeline's own: another one would take another 100 MB."""
        from nlu.components.vectors import SentenceVectors

        for component in self._components:
            if isinstance(component, SentenceVectors):
                return component.encoder
        return None


def _in_order(nodes: dict[str, Any]) -> dict[str, Any]:
    """From Rasa's first node to its last, both left out."""
    following = {node["needs"].get("messages"): name for name, node in nodes.items()}
    order = {}
    name = following[_CONVERTER]
    while name != _SLASH_COMMANDS:
        order[name] = nodes[name]
        name = following[name]
    return order


def _components(schema: GraphSchema, storage: ModelStorage) -> list[GraphComponent]:
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.storage.resource import Resource

    return [
        getattr(node.uses, node.constructor_name)(
            config=node.uses.get_default_config() | node.config,
            model_storage=storage,
            resource=node.resource or Resource(name),
            execution_context=ExecutionContext(schema, node_name=name),
        )
        for name, node in schema.nodes.items()
    ]


def _answer(output: dict[str, Any]) -> dict[str, Any]:
    output.pop("text", None)
    # Rasa leaves out what is None
    return {"language": None, **output}
