"""Conversations as values: one flow per file, and the pure engine that moves them on.

Imports the standard library only; nothing of ours, no database, network, clock or randomness.
"""

from collections.abc import Mapping
from types import MappingProxyType

from flows import country, human, language, menu, opt_in, opt_out, place, welcome
from flows.steps import Flow

FLOWS: tuple[Flow, ...] = (
    welcome.flow,
    menu.flow,
    human.flow,
    language.flow,
    opt_in.flow,
    opt_out.flow,
    country.flow,
    place.flow,
)

by_name: Mapping[str, Flow] = MappingProxyType({flow.name: flow for flow in FLOWS})
