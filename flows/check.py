"""What is wrong with a flow before it runs: dead ends, missing words, texts too long for SMS.

`python -m flows.check` prints every problem of all flows and of the whole catalog.
"""

import string
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from flows import FLOWS, by_name
from flows.choices import fold
from flows.steps import Ask, Call, Choose, Consent, Do, Flow, Handoff, Say, Step

Catalog = Mapping[str, Mapping[str, str]]  # language → key → text

MAX_SEPTETS = (
    306  # two segments of an SMS: what a cheap phone shows well, and what most networks keep together
)
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà"
    + string.ascii_letters
    + string.digits
)
GSM_7_DOUBLE = set("^{}\\[~]|€\f")

# What stands in for a placeholder. Content from look-ups has its own limits, checked where it is kept.
SAMPLES = {
    "groups": "personas desplazadas, niñas y niños",
    "number": "K7PM-4XQ",
    "date": "22/11/2026",
    "messages": "9999",
    "cases": "99",
    "surveys": "99",
    "numbers": "911, 1572",
    "name": "Estado de México",
    "day": "mié",
    "time": "09:00",
    "year": "2026",
    "organization": "",
    "answer": "",
    "cards": "",
    "where": "San Cristóbal de las Casas, 182 km",
    "told": "inglés, q'eqchi'",
}

SHARED = ("choice.", "system.", "case.", "card.", "human.offer")  # keys that no single flow owns


def problems(flow: Flow, catalog: Catalog, flows: Mapping[str, Flow] = by_name) -> list[str]:
    """Every fault of one flow, as sentences."""
    return [
        *_structure(flow, flows),
        *chain.from_iterable(_words(flow, step, catalog) for step in flow.steps),
    ]


def catalog_problems(catalog: Catalog, flows: tuple[Flow, ...] = FLOWS) -> list[str]:
    """Every fault of the words themselves: languages that differ, keys that nothing uses, texts too long."""
    keys = set().union(*catalog.values())
    used = set(chain.from_iterable(keys_of(flow, step) for flow in flows for step in flow.steps))
    found = []
    for key in sorted(keys):
        texts = {language: own.get(key) for language, own in catalog.items()}
        found += [f"{key}: missing in {language}" for language, text in texts.items() if not text]
        if len({frozenset(placeholders(text)) for text in texts.values() if text}) > 1:
            found.append(f"{key}: placeholders differ between languages")
        if _owner(key) not in used and not key.startswith(SHARED):
            found.append(f"{key}: nothing uses it")
        if key.startswith(SHARED) and not key.endswith(".words"):
            found += [
                f"{key}: {fault} in {language}"
                for language, text in texts.items()
                for fault in _sms_faults(filled(text or ""))
            ]
    return found


def next_steps(step: Step) -> list[tuple[str, str]]:
    """Where a step leads, as (what leads there, step)."""
    match step:
        case Say() | Ask() | Call():
            return [("", step.next)]
        case Choose():
            others = (("listed", step.listed_next), ("other words", step.otherwise))
            return [*step.options.items(), *((why, target) for why, target in others if target)]
        case Consent():
            return [("yes", step.yes), ("no", step.no)]
        case Do():
            return list(step.outcomes.items())
        case Handoff():
            return [("", step.next)] if step.next else []
    return []


def keys_of(flow: Flow, step: Step) -> list[str]:
    """The catalog keys that a step needs."""
    key = f"{flow.name}.{step.name}"
    match step:
        case Say() | Handoff() | Consent():
            return [key]
        case Do():
            return list(step.says)
        case Ask():
            return [key, f"{key}.retry", *([f"{key}.skip"] if step.is_optional else [])]
        case Choose():
            retry = [] if step.is_optional else [f"{key}.retry"]
            return [key, *retry, *(f"{step.labels or key}.{choice}" for choice in step.options)]
    return []


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def septets(text: str) -> int | None:
    """The length as SMS, with accents folded that the alphabet lacks; None if it still has no place there."""
    folded = "".join(
        c if c in GSM_7 else unicodedata.normalize("NFD", c)[0] for c in unicodedata.normalize("NFC", text)
    )
    if not set(folded) <= GSM_7 | GSM_7_DOUBLE:
        return None
    return len(folded) + sum(c in GSM_7_DOUBLE for c in folded)


def filled(text: str) -> str:
    """The text with samples for its placeholders; KeyError for one that nobody fills."""
    return text.format(**{name: SAMPLES[name] for name in placeholders(text)})


def _structure(flow: Flow, flows: Mapping[str, Flow]) -> Iterator[str]:
    names = [step.name for step in flow.steps]
    yield from (
        f"{flow.name}: two steps are called {name}" for name in {n for n in names if names.count(n) > 1}
    )
    if flow.start not in names:
        yield f"{flow.name}: starts at {flow.start}, which does not exist"
    for step in flow.steps:
        for _, target in next_steps(step):
            if target not in names:
                yield f"{flow.name}.{step.name}: leads to {target}, which does not exist"
        if isinstance(step, Call) and step.flow not in flows:
            yield f"{flow.name}.{step.name}: calls {step.flow}, which does not exist"
    yield from (f"{flow.name}.{name}: cannot be reached" for name in names if name not in _reachable(flow))


def _reachable(flow: Flow) -> set[str]:
    reached: set[str] = set()
    ahead = [flow.start]
    while ahead:
        step = flow.step(ahead.pop())
        if step is not None and step.name not in reached:
            reached.add(step.name)
            ahead += [target for _, target in next_steps(step)]
    return reached


def _words(flow: Flow, step: Step, catalog: Catalog) -> Iterator[str]:
    yield from _shared_words(flow, step, catalog)
    missing = [
        f"{key}: missing in {language}"
        for language, texts in catalog.items()
        for key in keys_of(flow, step)
        if not texts.get(key)
    ]
    if missing:
        yield from missing
        return
    for language, texts in catalog.items():
        for key, shown in _rendered(flow, step, texts):
            yield from (f"{key}: {fault} in {language}" for fault in _sms_faults(shown))
        yield from _unlike_shows(flow, step, texts)
        labels = [fold(texts[key]) for key in keys_of(flow, step)] if isinstance(step, Choose) else []
        if len(labels) != len(set(labels)):
            yield f"{flow.name}.{step.name}: two choices have the same label in {language}"


def _shared_words(flow: Flow, step: Step, catalog: Catalog) -> Iterator[str]:
    """Words that two choices of one question claim are words for neither."""
    if not isinstance(step, Choose):
        return
    owners: dict[str, set[str]] = {}
    for choice in step.options:
        key = f"{step.labels or f'{flow.name}.{step.name}'}.{choice}"
        for text in (texts.get(own, "") for texts in catalog.values() for own in (key, f"{key}.words")):
            for word in text.split(","):
                owners.setdefault(fold(word), set()).add(choice)
    for word, choices in owners.items():
        if word and len(choices) > 1:
            yield f"{flow.name}.{step.name}: {' and '.join(sorted(choices))} share a word ({word})"


def _rendered(flow: Flow, step: Step, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each text of the step as an SMS shows it, with its choices numbered."""
    key = f"{flow.name}.{step.name}"
    choices: list[str] = []
    if isinstance(step, Choose):
        choices = [f"{step.labels or key}.{choice}" for choice in step.shown or step.options]
    elif isinstance(step, Consent):
        choices = ["choice.yes", "choice.no"]
    elif isinstance(step, Ask) and step.is_optional:
        choices = [f"{key}.skip"]
    # of the guesses and of what is offered by an answer, only a few are shown at a time
    if isinstance(step, Choose) and step.only:
        choices = choices[:3]
    numbered = [f"{number} {texts[choice]}" for number, choice in enumerate(choices, 1)]
    prompts = [text for text in keys_of(flow, step) if text in (key, f"{key}.retry") or isinstance(step, Do)]
    for prompt in prompts:
        text = texts.get(f"{prompt}.sms", texts[prompt])
        yield prompt, "\n".join([filled(text), *numbered])


def _unlike_shows(flow: Flow, step: Step, texts: Mapping[str, str]) -> Iterator[str]:
    if not isinstance(step, Say | Ask | Choose | Consent):
        return
    key = f"{flow.name}.{step.name}"
    if not placeholders(texts[key]) <= set(step.shows):
        yield f"{key}: has a placeholder that the step does not show"


def _sms_faults(text: str) -> Iterator[str]:
    length = septets(text)
    if length is None:
        yield "has a sign that makes an SMS cost twice"
    elif length > MAX_SEPTETS:
        yield f"{length} characters are too long for SMS"


def _owner(key: str) -> str:
    return key.removesuffix(".sms").removesuffix(".words")


def load_catalog(root: Path = Path("locales"), languages: tuple[str, ...] = ("es", "en")) -> Catalog:
    """The words from the .po files. Babel is imported here: the flows themselves need nothing but Python."""
    from babel.messages.pofile import read_po

    def read(language: str) -> dict[str, str]:
        with (root / language / "LC_MESSAGES" / "puente.po").open("rb") as file:
            return {str(message.id): str(message.string) for message in read_po(file) if message.id}

    return {language: read(language) for language in languages}


def main() -> int:
    catalog = load_catalog()
    found = [*chain.from_iterable(problems(flow, catalog) for flow in FLOWS), *catalog_problems(catalog)]
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
