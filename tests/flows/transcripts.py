"""Conversations as chat logs: what the person writes is given, what the bot does is compared or written anew.

`python -m tests.flows.transcripts` rewrites what the bot does in all files; read the changes before a commit.
"""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from flows import by_name
from flows.context import Context, Input
from flows.engine import Session, Turn, back, begin, resume
from flows.events import Event, Reply
from flows.run import Flows
from flows.services import Place
from tests.flows.fakes import FakeServices, context

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.yml"))
THEIRS = ("them", "presses", "sends", "goes")

Line = dict[str, Any]


def load(path: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def kinds(story: dict[str, Any]) -> list[str]:
    """A story runs on every kind of channel, unless it is about one."""
    return [story["channel"]] if "channel" in story else ["sms", "chat"]


def play(flow: str, story: dict[str, Any], kind: str, flows: Flows = by_name) -> list[Line]:
    """The whole conversation, with the session stored and loaded again between all turns."""
    services = FakeServices()
    known = context(kind, **story.get("knows", {}))
    lines = []
    turn = begin(flow, known, services, answers=story.get("answers"), flows=flows)
    lines += list(_ours(turn))
    for line in story["chat"]:
        if not any(name in line for name in THEIRS):
            continue
        assert turn.session, f"{story['name']}: the conversation is over before {line}"
        session = Session.from_json(turn.session.to_json())
        assert session == turn.session
        turn = _reply_to(line, session, known, services, flows)
        lines += [line, *_ours(turn)]
    return lines


def _reply_to(line: Line, session: Session, known: Context, services: FakeServices, flows: Flows) -> Turn:
    if "goes" in line:
        return back(session, known, services, flows=flows)
    given = Input(
        text=line.get("them", ""),
        choice=line.get("presses"),
        location=tuple(line["sends"]) if "sends" in line else None,
        **line.get("nlu", {}),
    )
    return resume(session, given, known, services, flows=flows)


def _ours(turn: Turn) -> Iterator[Line]:
    yield from (_line(event) for event in turn.events if not _is_further_card(event))
    if not turn.is_understood and turn.session is None:
        yield {"ends": "not one of the choices"}
    elif turn.session is None:
        yield {"ends": "done"}


def _is_further_card(event: Event) -> bool:
    """In a chat each card is a message of its own, and a page has more of them than by SMS."""
    return isinstance(event, Reply) and event.key == "card.further"


def _line(event: Event) -> Line:
    if isinstance(event, Reply):
        choices = ", ".join(choice.id for choice in event.choices)
        return {"us": event.key.removesuffix(".sms"), **({"choices": choices} if choices else {})}
    values = {field.name: _plain(getattr(event, field.name)) for field in fields(event)}
    said = {name: value for name, value in values.items() if value not in (None, False, "")}
    return {"event": type(event).__name__, **said}


def _plain(value: Any) -> Any:
    if isinstance(value, Place):
        return list(value.location) if value.location else value.name
    return value


def rewrite(path: Path) -> None:
    stories = load(path)
    for story in stories:
        story["chat"] = play(path.stem, story, kinds(story)[0])
    path.write_text(yaml.safe_dump(stories, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8")


if __name__ == "__main__":
    for file in FILES:
        rewrite(file)
