"""Every flow as chat logs, played on each kind of channel with the session stored between all turns."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from flows import FLOWS
from flows.check import keys_of
from flows.steps import Choose, Flow, Step
from tests.flows.transcripts import FILES, kinds, load, play

STORIES = [(path, story, kind) for path in FILES for story in load(path) for kind in kinds(story)]


@pytest.mark.parametrize(
    ("path", "story", "kind"),
    STORIES,
    ids=[f"{path.stem}: {story['name']} ({kind})" for path, story, kind in STORIES],
)
def test_conversation_goes_as_written(path: Path, story: dict[str, Any], kind: str) -> None:
    assert play(path.stem, story, kind) == story["chat"]


def test_every_text_of_every_flow_is_said_in_some_conversation() -> None:
    said = {line["us"] for path in FILES for story in load(path) for line in story["chat"] if "us" in line}

    missing = {key for flow in FLOWS for step in flow.steps for key in _texts(flow, step)} - said

    assert missing == set()


def test_every_step_of_every_flow_is_taken_in_some_conversation() -> None:
    taken: set[tuple[str, str]] = set()
    flows = {flow.name: Recording(*(getattr(flow, field.name) for field in fields(flow))) for flow in FLOWS}
    for flow in flows.values():
        object.__setattr__(flow, "taken", taken)

    for path, story, kind in STORIES:
        play(path.stem, story, kind, flows)

    assert {(flow.name, step.name) for flow in FLOWS for step in flow.steps} - taken == set()


class Recording(Flow):
    """A flow that notes which of its steps are taken."""

    taken: set[tuple[str, str]]

    def step(self, name: str) -> Step | None:
        self.taken.add((self.name, name))
        return super().step(name)


def _texts(flow: Flow, step: Step) -> list[str]:
    """What the step says in a message of its own: not the labels of its choices."""
    base = f"{flow.name}.{step.name}"
    labels = {f"{base}.skip"}
    if isinstance(step, Choose):
        labels = {f"{step.labels or base}.{choice}" for choice in step.options}
    return [key for key in keys_of(flow, step) if key not in labels]
