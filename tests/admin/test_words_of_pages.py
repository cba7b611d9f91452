"""All words of the panel are in the catalogue, in both languages, and only there."""

import re
from enum import StrEnum
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from admin.audit import ACTIONS
from admin.case_page import ENDED
from admin.directory_gaps import COLUMNS
from admin.directory_map import MOVES
from admin.errors import PAGES
from admin.rights import MISSING
from core.case_queue import When
from core.conversation_queue import Which
from core.directory.importing import FORMATS
from core.directory.records import DAYS, FOR_WHOM, STATUSES
from core.directory.report import FIELDS, PROBLEMS, REFUSALS
from core.rights.check import NEEDS, SENTENCES, SITUATIONS
from core.rights.entries import FIELDS as RIGHTS_FIELDS
from core.rights.listing import State
from core.types import (
    COUNTRIES,
    CaseKind,
    CaseStatus,
    ChannelType,
    ConversationStatus,
    Language,
    MessageStatus,
    ReferralStatus,
    Role,
)
from nlu.labels import TOPICS

ADMIN = Path(__file__).parents[2] / "admin"
TEMPLATES = sorted(ADMIN.glob("templates/**/*.html"))
SOURCES = [*TEMPLATES, *sorted(ADMIN.glob("*.py"))]

GROUPS: dict[str, type[StrEnum] | tuple[object, ...]] = {
    "role": Role,
    "language": Language,
    "country": (*COUNTRIES, "any"),
    "channel": ChannelType,
    "case_kind": CaseKind,
    "case_status": CaseStatus,
    "cases.when": When,
    "referral_status": ReferralStatus,
    "conversation_status": (*ConversationStatus, "waiting"),
    "conversations.which": Which,
    "conversations.none": Which,
    "message_status": MessageStatus,
    "error.title": PAGES,
    "error.text": PAGES,
    "audit": ACTIONS,
    "obstacle": ("erased", "stopped", "blocked", "unsafe"),
    "answer.then": (CaseStatus.ANSWERED, CaseStatus.CLOSED),
    "category": ("emergency", *TOPICS["file_complaint"], *TOPICS["report_incident"]),
    "service_status": STATUSES,
    "need": NEEDS,
    "for_whom": FOR_WHOM,
    "gaps.column": COLUMNS,
    "map.move": tuple(MOVES),
    "day": DAYS,
    "field": FIELDS,
    "problem": PROBLEMS,
    "refusal": REFUSALS,
    "rights_state": (*State, MISSING),
    "rights_field": RIGHTS_FIELDS,
    "rights_problem": tuple(SENTENCES),
    "situation": SITUATIONS,
    "files.format": FORMATS,
    "files.format_text": FORMATS,
    "preview": ("added", "changed", "unchanged"),
    "preview.kind": ("organization", "service"),
    "event": (
        "opened",
        "status_changed",
        "answered",
        "noted",
        "assigned",
        "referred",
        "referral_changed",
        "added_to",
    ),
}


def catalog(language: str) -> Catalog:
    with (ADMIN.parent / f"locales/{language}/LC_MESSAGES/admin.po").open("rb") as file:
        return read_po(file)


def keys(catalog: Catalog) -> set[str]:
    found = set()
    for message in catalog:
        found.update([message.id] if isinstance(message.id, str) else message.id)
    return found - {""}


def used() -> set[str]:
    """Keys that stand in the sources, and those made of a group and a code."""
    found = {f"{group}.{code}" for group, codes in GROUPS.items() for code in codes}
    for path in SOURCES:
        text = path.read_text()
        found.update(re.findall(r'\b(?:_|gettext|lazy_gettext|Refused)\(\s*"([a-z_.0-9]+)"(?! ~)', text))
        for pair in re.findall(r'ngettext\("([a-z_.]+)", "([a-z_.]+)"', text):
            found.update(pair)
        found.update(re.findall(r'"((?:refused|error)\.[a-z_]+_text|refused\.[a-z_]+)"', text))
    return found


def test_every_word_that_is_used_is_in_the_catalogue() -> None:
    assert used() - keys(catalog("es")) == set()


def test_every_word_of_the_catalogue_is_used() -> None:
    spare = keys(catalog("es")) - used()

    # words for codes that come from the flows and the channels
    assert {key for key in spare if not key.startswith(("topic.", "message_kind."))} == set()


def test_both_languages_say_everything_with_the_same_placeholders() -> None:
    spanish, english = catalog("es"), catalog("en")
    assert keys(spanish) == keys(english)

    for message in (message for message in spanish if message.id):
        other = english.get(message.id)
        assert other
        assert {message.fuzzy, other.fuzzy} == {False}, message.id
        for text in (message.string, other.string):
            assert all([text] if isinstance(text, str) else text), message.id
        assert placeholders(message.string) == placeholders(other.string), message.id


def placeholders(text: str | tuple[str, ...]) -> set[str]:
    texts = (text,) if isinstance(text, str) else text
    return {found for one in texts for found in re.findall(r"%\((\w+)\)", one)} - {"num"}


class Visible(HTMLParser):
    """Collects what a person would read of a template once its expressions are taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("title", "alt", "placeholder")]
        self.found += [value or "" for name, value in attrs if name == "aria-label"]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_has_words_of_its_own(path: Path) -> None:
    classes = re.sub(r"\{% block \w+_class %\}.*?\{% endblock %\}", "", path.read_text())
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", classes, flags=re.DOTALL)
    visible = Visible()
    visible.feed(text)

    assert [words for words in visible.found if re.search(r"\w", words)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_has_inline_code_or_trusts_text(path: Path) -> None:
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>|\|\s*safe|autoescape", path.read_text())


def test_the_ended_statuses_of_a_referral_have_no_way_on() -> None:
    assert set(ReferralStatus) - set(ENDED) == {ReferralStatus.IN_PROGRESS, ReferralStatus.ACCEPTED}
