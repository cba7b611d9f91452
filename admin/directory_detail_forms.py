"""The forms of the lists that HSDS has a table for: languages, papers, costs, areas, contacts, access."""

from typing import Any

from flask_babel import LazyString, lazy_gettext
from wtforms import DecimalField, EmailField, Field, FieldList, Form, HiddenField, StringField, URLField
from wtforms.validators import Length, NumberRange, Optional

from core.db import uuid7
from core.directory import details
from core.directory.details import Detail

BLANK = 1
"""Empty lines at the end of a list; whoever needs more saves and gets as many again."""


def tidy(text: str | None) -> str | None:
    return (text or "").replace("\r\n", "\n").strip() or None


def line_of(label: LazyString, length: int = 200, **more: str) -> StringField:
    return StringField(label, [Length(max=length)], filters=[tidy], render_kw=more)


class LanguageForm(Form):
    id = HiddenField()
    code = line_of(lazy_gettext("field.language_code"), 12, placeholder="es")
    name = line_of(lazy_gettext("field.language"))
    note = line_of(lazy_gettext("field.note"))


class RequiredDocumentForm(Form):
    id = HiddenField()
    document = line_of(lazy_gettext("field.document"))
    uri = URLField(lazy_gettext("field.url"), [Length(max=500)], filters=[tidy])


class CostOptionForm(Form):
    id = HiddenField()
    option = line_of(lazy_gettext("field.cost_option"))
    amount = DecimalField(lazy_gettext("field.amount"), [Optional(), NumberRange(min=0)], places=None)
    currency = line_of(lazy_gettext("field.currency"), 3, placeholder="USD")
    amount_description = line_of(lazy_gettext("field.note"))


class ServiceAreaForm(Form):
    id = HiddenField()
    name = line_of(lazy_gettext("field.service_area"))
    description = line_of(lazy_gettext("field.note"))


class ContactForm(Form):
    id = HiddenField()
    name = line_of(lazy_gettext("field.name"))
    title = line_of(lazy_gettext("field.contact_title"))
    department = line_of(lazy_gettext("field.contact_department"))
    email = EmailField(lazy_gettext("field.email"), [Length(max=254)], filters=[tidy])


class AccessibilityForm(Form):
    id = HiddenField()
    description = line_of(lazy_gettext("field.accessibility"))
    details = line_of(lazy_gettext("field.note"), 500)


FORMS: dict[str, type[Form]] = {
    "languages": LanguageForm,
    "required_documents": RequiredDocumentForm,
    "cost_options": CostOptionForm,
    "service_areas": ServiceAreaForm,
    "contacts": ContactForm,
    "accessibility": AccessibilityForm,
}


def add_blank(lines: FieldList, count: int = BLANK) -> None:
    if not lines.entries or lines.entries[-1].data.get("id"):
        for _ in range(count):
            lines.append_entry()


def data_of(found: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [one._asdict() | {"id": str(one.id)} for one in found]


def records_of(name: str, lines: Field, old: tuple[Detail, ...]) -> tuple[Any, ...]:
    """What the form does not ask of a line stays as it was; an empty line is taken away."""
    known = {str(one.id): one for one in old}
    found = []
    for line in lines.data:
        values = {field: _plain(value) for field, value in line.items() if field != "id"}
        if any(value not in (None, "") for value in values.values()):
            record = known.get(line["id"]) or details.TABLES[name][0](uuid7())
            found.append(record._replace(**values))
    return tuple(sorted(found, key=lambda one: one.id))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else float(value)
