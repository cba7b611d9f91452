"""The label contract: every intent, and the topics of the four intents that have them.

The one list of labels. `python -m nlu.labels` writes `domain.yml` from it; a test keeps the data to it.
"""

from pathlib import Path

LANGUAGES = ("es", "en")

OUT_OF_SCOPE = "out_of_scope"
EMERGENCY = "emergency"

TOPICS: dict[str, tuple[str, ...]] = {
    "ask_rights": (
        "asylum",
        "documents",
        "work",
        "education",
        "health",
        "housing",
        "legal_aid",
        "children",
        "gender_violence",
        "lgbtiq",
        "non_discrimination",
        "detention_deportation",
        "property",
        "family_unity",
        "internal_displacement",
        "return_reintegration",
        "participation",
    ),
    "find_service": (
        "shelter",
        "food",
        "water_hygiene",
        "health",
        "mental_health",
        "legal",
        "documents",
        "education",
        "work",
        "cash",
        "child_protection",
        "gender_violence",
        "transport",
        "language_classes",
        "family_tracing",
        "disability_elderly",
        "connectivity",
        "clothing_items",
    ),
    "file_complaint": (
        "service_quality",
        "discrimination",
        "corruption",
        "staff_misconduct",
        "sexual_exploitation",
        "infrastructure",
        "other",
    ),
    "report_incident": (
        "threats_extortion",
        "recruitment",
        "violence",
        "gender_violence",
        "trafficking",
        "missing_person",
        "forced_displacement",
        "property_taken",
        "theft_fraud",
        "hate_xenophobia",
        "other",
    ),
}

INTENTS: tuple[str, ...] = (
    "greet",
    "help",
    "thank",
    "goodbye",
    "affirm",
    "deny",
    *TOPICS,
    EMERGENCY,
    "check_case",
    "take_survey",
    "make_proposal",
    "talk_to_human",
    "change_language",
    "subscribe",
    "unsubscribe",
    "manage_data",
    OUT_OF_SCOPE,
)

ENTITIES = ("place", "case_number", "phone", "age", "language")


def domain() -> str:
    """Rasa's domain file: the topics of an intent are known to Rasa from the training data alone."""
    lines = [
        "# Written by `python -m nlu.labels`; change nlu/labels.py instead.",
        'version: "3.1"',
        "intents:",
    ]
    lines += [f"- {intent}" for intent in INTENTS]
    lines += ["entities:"] + [f"- {entity}" for entity in ENTITIES]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("domain.yml").write_text(domain(), encoding="utf-8")
