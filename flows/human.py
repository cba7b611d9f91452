"""A person instead of the bot."""

from flows.steps import Flow, Handoff

flow = Flow("human", version=1, start="handoff", steps=(Handoff("handoff", topic="asked"),))
