"""What all components share that learn: Rasa's way to make them, and a folder of the model for each."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.training_data import TrainingData


class StoredComponent(GraphComponent):
    """What `_learn` finds out reaches everybody through the folder only, also itself."""

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, name: str
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._name = name

    @abstractmethod
    def _learn(self, training_data: TrainingData, folder: Path) -> None:
        """Into the empty folder."""

    @abstractmethod
    def _read(self, folder: Path) -> None:
        """From the folder as it was left, for as long as the call lasts."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> StoredComponent:
        return cls(config, model_storage, resource, execution_context.node_name)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> StoredComponent:
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._read(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        with self._model_storage.write_to(self._resource) as folder:
            self._learn(training_data, folder)
        return self._resource
