"""What a confidence allows the bot to do."""

import pytest

from nlu.parser import understanding_of
from nlu.understanding import Decision, decide


@pytest.mark.parametrize(
    ("intent", "confidence", "next_confidence", "decision"),
    [
        ("ask_rights", 0.90, 0.05, Decision.ACT),
        ("ask_rights", 0.70, 0.20, Decision.ACT),
        ("ask_rights", 0.65, 0.20, Decision.OFFER),
        ("ask_rights", 0.70, 0.60, Decision.OFFER),
        ("ask_rights", 0.25, 0.20, Decision.OFFER),
        ("ask_rights", 0.24, 0.20, Decision.MENU),
        ("ask_rights", 0.90, 0.0, Decision.ACT),
        ("out_of_scope", 0.90, 0.05, Decision.MENU),
        ("emergency", 0.10, 0.60, Decision.ACT),
        ("emergency", 0.09, 0.03, Decision.MENU),
    ],
)
def test_confidence_decides_what_the_bot_may_do(
    intent: str, confidence: float, next_confidence: float, decision: Decision
) -> None:
    assert decide(intent, confidence, next_confidence) is decision


def ranked(**confidences: float) -> list[dict]:
    return [{"name": name, "confidence": confidence} for name, confidence in confidences.items()]


@pytest.mark.parametrize("danger", [0.1, 0.9])
def test_danger_goes_before_what_seems_likelier(danger: float) -> None:
    answer = {"intent_ranking": ranked(report_incident=0.9, emergency=0.05), "danger": danger}

    found = understanding_of(answer)

    assert (found.intent, found.second_intent, found.decision) == (
        "emergency",
        "report_incident",
        Decision.ACT,
    )


def test_without_danger_the_likeliest_intent_is_meant() -> None:
    answer = {"intent_ranking": ranked(report_incident=0.9, emergency=0.05), "danger": 0.09}

    assert understanding_of(answer).intent == "report_incident"


def test_what_may_well_be_out_of_scope_is() -> None:
    answer = {"intent_ranking": ranked(find_service=0.6, ask_rights=0.2, out_of_scope=0.15), "danger": 0.0}

    found = understanding_of(answer)

    assert (found.intent, found.second_intent, found.decision) == (
        "out_of_scope",
        "find_service",
        Decision.MENU,
    )


def test_out_of_scope_is_never_offered_as_a_choice() -> None:
    answer = {"intent_ranking": ranked(find_service=0.6, out_of_scope=0.14, ask_rights=0.08), "danger": 0.0}

    found = understanding_of(answer)

    assert (found.intent, found.second_intent, found.decision) == (
        "find_service",
        "ask_rights",
        Decision.OFFER,
    )
