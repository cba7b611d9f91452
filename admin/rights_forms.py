"""The form of a rights item, in both languages side by side; what is wrong is said by `core.rights.check`."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.widgets import DateInput

from admin.directory_forms import Ticks
from admin.forms import choices
from admin.rights_words import topic_words
from core.rights.check import LISTS, NEEDS, PLACES, SITUATIONS, Problem
from core.rights.entries import OWN, SHARED, Entry, Raw
from core.types import Language


def _line(field: str) -> StringField:
    return StringField(lazy_gettext(f"rights_field.{field}"), filters=[_tidy])


def _lines(field: str, rows: int) -> TextAreaField:
    return TextAreaField(lazy_gettext(f"rights_field.{field}"), filters=[_tidy], render_kw={"rows": rows})


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\x00", "").strip()


class TextsForm(Form):
    """What one language says."""

    question = _lines("question", 2)
    asked_as = _lines("asked_as", 3)
    short = _lines("short", 4)
    full = _lines("full", 7)
    source = _line("source")
    steps = _lines("steps", 2)
    papers = _lines("papers", 2)
    deadline = _line("deadline")
    cost = _line("cost")


class RightsForm(FlaskForm):
    """Without rules of its own: what it holds becomes an entry, and that is checked as the files are."""

    country = SelectField(lazy_gettext("field.country"))
    topic = SelectField(lazy_gettext("rights.topic"))
    es = FormField(TextsForm)
    en = FormField(TextsForm)
    need = SelectField(lazy_gettext("rights_field.need"))
    situations = Ticks(lazy_gettext("rights_field.situations"))
    year = _line("year")
    review_by = StringField(lazy_gettext("rights_field.review_by"), filters=[_tidy], widget=DateInput())
    facts = _lines("facts", 2)
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices(PLACES, "country")
        self.topic.choices = list(topic_words().items())
        self.need.choices = [("", gettext("rights.no_need")), *choices(NEEDS, "need")]
        self.situations.choices = choices(SITUATIONS, "situation")

    def texts(self) -> dict[Language, Raw]:
        """As a file would have them. What does not fit is left as it was typed, for the check to refuse."""
        shared = {field: _value(field, self[field].data) for field in SHARED}
        return {
            language: {field: _value(field, self[language.value].form[field].data) for field in OWN} | shared
            for language in Language
        }

    def mark(self, problems: Iterable[tuple[Language, Problem]]) -> None:
        """Puts each problem beside its field."""
        for language, problem in problems:
            form = self[language.value].form if problem.field in OWN else self
            if problem.field in form:
                field = form[problem.field]
                told = gettext(f"rights_problem.{problem.code}", detail=problem.detail)
                field.errors = [*field.errors, told]


def form_data(entry: Entry) -> dict[str, Any]:
    """What the form shows of an entry."""
    shared: Mapping[str, Any] = entry.texts[Language.SPANISH]
    data: dict[str, Any] = {field: _shown(field, shared.get(field)) for field in SHARED}
    for language in Language:
        data[language.value] = {field: _shown(field, entry.texts[language].get(field)) for field in OWN}
    return data | {"country": entry.country, "topic": entry.topic}


def _shown(field: str, value: Any) -> Any:
    if field == "situations":
        return value or []
    if isinstance(value, list | tuple):
        return "\n".join(value)
    return "" if value is None else str(value).strip()


def _value(field: str, data: Any) -> Any:
    if field in LISTS:
        return data if isinstance(data, list) else (data or "").split("\n")
    if field == "review_by":
        try:
            return dt.date.fromisoformat(data or "")
        except ValueError:
            return data
    return data
