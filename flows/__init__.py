"""Conversations as values: one flow per file, and the pure engine that moves them on.

Imports the standard library only; nothing of ours, no database, network, clock or randomness.
"""

from collections.abc import Mapping
from types import MappingProxyType

from flows import (
    case_status,
    complaint,
    country,
    emergency,
    find_service,
    human,
    incident,
    language,
    menu,
    my_data,
    not_understood,
    opt_in,
    opt_out,
    place,
    proposal,
    rights,
    sealed,
    survey,
    welcome,
)
from flows.steps import Flow

FLOWS: tuple[Flow, ...] = (
    welcome.flow,
    menu.flow,
    rights.flow,
    find_service.flow,
    complaint.flow,
    incident.flow,
    sealed.flow,
    emergency.flow,
    survey.flow,
    proposal.flow,
    case_status.flow,
    human.flow,
    language.flow,
    opt_in.flow,
    opt_out.flow,
    my_data.flow,
    country.flow,
    place.flow,
    not_understood.flow,
)

by_name: Mapping[str, Flow] = MappingProxyType({flow.name: flow for flow in FLOWS})
