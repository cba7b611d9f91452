"""docs/settings.md lists every setting, with the default that it really has."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import core
from core.settings import Settings

ROOT = Path(core.__file__).parents[1]
ROW = re.compile(r"^\| `(\w+)` \| (?:`(.+?)`|unset) \| (.+) \|$", re.M)
FIELD = re.compile(r"^    (\w+): .+?# (\w+)\b", re.M)

DOCUMENTED = {
    name: (default, meaning)
    for name, default, meaning in ROW.findall((ROOT / "docs/settings.md").read_text())
}
VARIABLES = dict(FIELD.findall((ROOT / "core/settings.py").read_text()))


def test_every_setting_names_its_variable() -> None:
    assert list(VARIABLES) == [field.name for field in fields(Settings)]


def test_every_variable_is_documented_and_none_that_is_gone() -> None:
    assert list(DOCUMENTED) == list(VARIABLES.values())


def test_no_variable_is_read_but_those_documented() -> None:
    named = re.findall(r'"(PUENTE_\w+|DATABASE_URL)"', (ROOT / "core/settings.py").read_text())

    assert set(named) == set(DOCUMENTED)


@pytest.mark.parametrize("variable", DOCUMENTED)
def test_a_documented_default_is_the_real_one(variable: str) -> None:
    default, meaning = DOCUMENTED[variable]

    field = next(name for name, own in VARIABLES.items() if own == variable)
    assert Settings.from_env({variable: default}) == Settings.from_env({})
    assert (getattr(Settings.from_env({}), field) is None) == (default == "")
    assert len(meaning) > 10
