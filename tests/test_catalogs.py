"""Every word for people is there in every language, and asks for the same values."""

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog as Words
from babel.messages.pofile import read_po

from bot.routing import FLOW_OF_COMMAND, FLOW_OF_INTENT, KINDS_WITHOUT_WORDS, SMALL_TALK
from core.catalog import ROOT, Catalog
from core.directory.seed import FILE as DIRECTORY
from core.errors import SettingsError
from core.types import Language
from flows import by_name

DOMAINS = sorted({path.stem for path in ROOT.glob("*/LC_MESSAGES/*.po")})
KEY = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")


def path_of(domain: str, language: Language) -> Path:
    return ROOT / language / "LC_MESSAGES" / f"{domain}.po"


def words(domain: str, language: Language) -> Words:
    """Raises PoFileError where a line cannot be read, which Babel would otherwise leave out."""
    with path_of(domain, language).open("rb") as file:
        return read_po(file, abort_invalid=True)


def texts(domain: str, language: Language) -> dict[str, list[str]]:
    """By key; more than one where the number counts."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            [message.string] if isinstance(message.string, str) else list(message.string)
        )
        for message in words(domain, language)
        if message.id
    }


def placeholders(text: str) -> set[str]:
    """Of both kinds: `{name}` in what the bot says, `%(name)s` in the panel."""
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return braces | set(re.findall(r"%\((\w+)\)[sd]", text))


@pytest.mark.parametrize("domain", DOMAINS)
def test_all_languages_have_the_same_keys(domain: str) -> None:
    spanish, english = (texts(domain, language) for language in Language)

    assert spanish
    assert spanish.keys() == english.keys()


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_text_asks_for_the_same_values_in_all_languages(domain: str) -> None:
    spanish, english = (texts(domain, language) for language in Language)

    def asked(catalog: dict[str, list[str]], key: str) -> set[str]:
        return set().union(*(placeholders(text) for text in catalog[key]))

    unlike = [key for key in spanish if asked(spanish, key) != asked(english, key)]
    assert unlike == []


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", Language)
def test_a_catalogue_is_whole(domain: str, language: Language) -> None:
    catalog = words(domain, language)

    assert str(catalog.locale) == language
    assert [message.id for message in catalog if message.id and message.fuzzy] == []
    empty = [key for key, found in texts(domain, language).items() if not all(text.strip() for text in found)]
    assert empty == []
    assert not catalog.obsolete


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", Language)
def test_no_key_stands_twice(domain: str, language: Language) -> None:
    """The second would win silently."""
    found = re.findall(r'^msgid "(.+)"$', path_of(domain, language).read_text(encoding="utf-8"), re.M)

    assert [key for key, count in Counter(found).items() if count > 1] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_text_is_still_in_the_other_language(domain: str) -> None:
    """Whole sentences that are the same in both were forgotten. Lists of words to understand may be alike."""
    spanish, english = (texts(domain, language) for language in Language)

    same = [
        key
        for key, found in spanish.items()
        if found == english[key] and len(found[0].split()) > 3 and not key.endswith((".words", ".around"))
    ]
    assert same == []


def named_in(path: Path) -> Iterator[str]:
    """Constants of the program that look like keys of the bot's catalogue."""
    rooms = {key.partition(".")[0] for key in texts("puente", Language.SPANISH)}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and KEY.fullmatch(value) and value.partition(".")[0] in rooms:
            yield value


def test_every_key_that_the_bot_names_exists() -> None:
    named = {key for path in (ROOT.parent / "bot").glob("*.py") for key in named_in(path)}

    assert {"system.sorry", "system.private_only", "system.too_long", "system.cancelled"} <= named
    assert named - texts("puente", Language.SPANISH).keys() == set()


@pytest.mark.parametrize("kind", KINDS_WITHOUT_WORDS)
def test_every_kind_of_message_without_words_is_answered(kind: str) -> None:
    assert f"system.{kind}" in texts("puente", Language.SPANISH)


def test_every_flow_and_small_talk_that_the_router_leads_to_exists() -> None:
    flows = {*FLOW_OF_INTENT.values(), *FLOW_OF_COMMAND.values()}

    assert flows <= set(by_name)
    assert set(SMALL_TALK.values()) <= texts("puente", Language.SPANISH).keys()


def test_every_group_that_a_service_is_for_has_a_word() -> None:
    groups = set(
        re.findall(r'"link_type": "for_whom",\s+"value": "(\w+)"', DIRECTORY.read_text(encoding="utf-8"))
    )

    assert groups
    assert {f"card.for_whom.{group}" for group in groups} <= texts("puente", Language.SPANISH).keys()


def test_the_bot_reads_all_that_is_written() -> None:
    for domain in ("puente", "connect", "simulator"):
        catalog = Catalog.load(domain=domain)

        for language in Language:
            for key, (text, *_) in texts(domain, language).items():
                assert catalog.text(key, language) == text
    with pytest.raises(KeyError):
        catalog.text("no.such_key", Language.SPANISH)


def test_words_are_asked_for_in_one_language_first() -> None:
    catalog = Catalog({Language.SPANISH: {"a": "sí", "b": "{n} casos"}, Language.ENGLISH: {"a": "yes"}})

    assert catalog.wordings("a", Language.ENGLISH) == ["yes", "sí"]
    assert catalog.wordings("b", Language.ENGLISH) == ["{n} casos"]
    assert catalog.wordings("c", Language.ENGLISH) == []
    assert catalog.text("b", Language.SPANISH, n=3) == "3 casos"


def test_a_missing_catalogue_is_told_at_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"puente\.po of es"):
        Catalog.load(tmp_path)
