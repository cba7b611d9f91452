"""Moves a conversation on by one turn. Pure: no clock, no database, no network, no randomness.

`begin` starts a flow, `resume` takes the person's answer, `back` returns to the question before.
"""

from dataclasses import replace

from flows import by_name
from flows.context import Answers, Context, Input
from flows.events import Reply
from flows.run import Flows, Run
from flows.services import Services
from flows.session import Position, Session
from flows.turn import FlowLoop, Turn

__all__ = ["Context", "FlowLoop", "Input", "Session", "Turn", "back", "begin", "resume"]

HINTS = ("topic", "place", "case_number")


def begin(
    flow: str, context: Context, services: Services, *, answers: Answers | None = None, flows: Flows = by_name
) -> Turn:
    """Start a flow. Given answers, like the hints in the context, answer their steps unasked."""
    hints = {name: getattr(context, name) for name in HINTS if getattr(context, name)}
    run = Run(flows, context, services, Position((), {**hints, **(answers or {})}))
    run.enter(flow, answers=answers)
    return run.go()


def resume(
    session: Session, given: Input, context: Context, services: Services, *, flows: Flows = by_name
) -> Turn:
    """Take the answer to the question that the session waits for."""
    run = Run(flows, replace(context, text=session.text), services, session.at)
    if not run.is_known():
        return run.reset()
    run.trail = session.trail
    run.retries = session.retries
    return run.answer(given)


def back(session: Session, context: Context, services: Services, *, flows: Flows = by_name) -> Turn:
    """Ask the question before this one again; with none before it, say so and ask this one again."""
    at = session.trail[-1] if session.trail else session.at
    run = Run(flows, replace(context, text=session.text), services, at)
    if not run.is_known():
        return run.reset()
    run.trail = session.trail[:-1]
    if not session.trail:
        run.emit(Reply("system.no_back"))
    return run.wait(run.step())
