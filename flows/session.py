"""Where a conversation stands between two turns. Frozen, and the same after a round trip through JSON."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from flows.context import Answers


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow under way. `into` is the answer by which its caller will remember what it gives."""

    flow: str
    version: int
    step: str
    answers: Answers = field(default_factory=dict)
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """The flows under way, the innermost last, and the hints that no step has used yet."""

    frames: tuple[Frame, ...]
    hints: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """A wait for the person's answer. `trail` are the waits before it, for BACK; `text` is what began it."""

    at: Position
    text: str = ""
    retries: int = 0
    trail: tuple[Position, ...] = ()

    @property
    def flow(self) -> str:
        return self.at.frames[-1].flow

    @property
    def version(self) -> int:
        return self.at.frames[-1].version

    @property
    def step(self) -> str:
        return self.at.frames[-1].step

    @property
    def answers(self) -> Answers:
        return self.at.frames[-1].answers

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, stored: str) -> "Session":
        data = json.loads(stored)
        return cls(
            at=_position(data["at"]),
            text=data["text"],
            retries=data["retries"],
            trail=tuple(_position(past) for past in data["trail"]),
        )


def _position(data: dict[str, Any]) -> Position:
    return Position(tuple(Frame(**frame) for frame in data["frames"]), data["hints"])
