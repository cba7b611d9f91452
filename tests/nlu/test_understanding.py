"""What a confidence allows the bot to do."""

import pytest

from nlu.understanding import Decision, decide


@pytest.mark.parametrize(
    ("intent", "confidence", "second_intent", "second_confidence", "decision"),
    [
        ("ask_rights", 0.90, "greet", 0.05, Decision.ACT),
        ("ask_rights", 0.65, "greet", 0.20, Decision.ACT),
        ("ask_rights", 0.60, "greet", 0.20, Decision.OFFER),
        ("ask_rights", 0.65, "find_service", 0.55, Decision.OFFER),
        ("ask_rights", 0.25, "greet", 0.20, Decision.OFFER),
        ("ask_rights", 0.24, "greet", 0.20, Decision.MENU),
        ("ask_rights", 0.90, None, 0.0, Decision.ACT),
        ("out_of_scope", 0.90, "greet", 0.05, Decision.MENU),
        ("out_of_scope", 0.40, "emergency", 0.30, Decision.OFFER),
        ("emergency", 0.30, "report_incident", 0.29, Decision.ACT),
        ("emergency", 0.20, "report_incident", 0.19, Decision.MENU),
        ("report_incident", 0.70, "emergency", 0.25, Decision.OFFER),
        ("report_incident", 0.75, "emergency", 0.10, Decision.ACT),
    ],
)
def test_confidence_decides_what_the_bot_may_do(
    intent: str, confidence: float, second_intent: str | None, second_confidence: float, decision: Decision
) -> None:
    assert decide(intent, confidence, second_intent, second_confidence) is decision
