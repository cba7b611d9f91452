"""The forms of the directory, and how they become the values that are checked and saved."""

import uuid
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from admin.forms import choices
from core.db import uuid7
from core.directory.cells import MAX_TEXT
from core.directory.checks import MAX_NAME, PLACES
from core.directory.points import located
from core.directory.records import (
    DAYS,
    FOR_WHOM,
    PhoneRecord,
    PlaceRecord,
    ScheduleRecord,
    in_order,
    withheld,
)
from core.rights.check import NEEDS

BLANK_PHONES, BLANK_HOURS = 1, 2
"""Empty lines at the end of a list; whoever needs more saves and gets as many again."""


def _name(label: str, *, is_needed: bool = False) -> StringField:
    needed = [DataRequired(lazy_gettext("form.needed"))] if is_needed else []
    length = Length(max=MAX_NAME, message=lazy_gettext("form.too_long"))
    return StringField(lazy_gettext(label), [*needed, length], filters=[_tidy])


def _text(label: str) -> TextAreaField:
    length = Length(max=MAX_TEXT, message=lazy_gettext("form.too_long"))
    return TextAreaField(lazy_gettext(label), [length], filters=[_tidy], render_kw={"rows": 2})


def _link(label: str) -> URLField:
    return URLField(
        lazy_gettext(label), [Length(max=500)], filters=[_tidy], render_kw={"placeholder": "https://"}
    )


def _number(label: str) -> DecimalField:
    return DecimalField(lazy_gettext(label), [Optional()], places=None, render_kw={"inputmode": "text"})


def _tidy(text: str | None) -> str | None:
    return (text or "").replace("\r\n", "\n").strip() or None


class Ticks(SelectMultipleField):
    """Any number of boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OrganizationForm(FlaskForm):
    name = _name("field.name", is_needed=True)
    name_en = _name("field.name_en")
    alternate_name = _name("field.alternate_name")
    country = SelectField(lazy_gettext("field.country"))
    website = _link("field.website")
    description = _text("field.description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices(PLACES, "country")

    def values(self) -> dict[str, Any]:
        given = {field.name: field.data for field in self if field.name != "csrf_token"}
        return given | {"description": given["description"] or ""}


class PhoneForm(Form):
    id = HiddenField()
    number = StringField(lazy_gettext("field.number"), [Length(max=40)], filters=[_tidy])
    description = StringField(lazy_gettext("field.note"), [Length(max=200)], filters=[_tidy])
    is_hotline = BooleanField(lazy_gettext("field.is_hotline"))


class HoursForm(Form):
    id = HiddenField()
    days = Ticks(lazy_gettext("field.byday"))
    opens_at = TimeField(lazy_gettext("field.opens_at"), [Optional()])
    closes_at = TimeField(lazy_gettext("field.closes_at"), [Optional()])
    description = StringField(lazy_gettext("field.note"), [Length(max=500)], filters=[_tidy])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days.choices = choices(DAYS, "day")


class ServiceForm(FlaskForm):
    name = _name("field.name", is_needed=True)
    name_en = _name("field.name_en")
    country = SelectField(lazy_gettext("field.country"))
    is_nationwide = BooleanField(lazy_gettext("field.is_nationwide"))
    needs = Ticks(lazy_gettext("field.needs"), [DataRequired(lazy_gettext("problem.no_need"))])
    for_whom = Ticks(lazy_gettext("field.for_whom"))
    phones = FieldList(FormField(PhoneForm))
    schedules = FieldList(FormField(HoursForm))
    description = _text("field.description")
    eligibility_description = _text("field.eligibility_description")
    application_process = _text("field.application_process")
    fees_description = _text("field.fees_description")
    url = _link("field.url")
    source = _name("field.source")
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices(PLACES, "country")
        self.needs.choices = choices(NEEDS, "need")
        self.for_whom.choices = choices(FOR_WHOM, "for_whom")
        _add_blank(self.phones, BLANK_PHONES)
        _add_blank(self.schedules, BLANK_HOURS)

    def values(self, old: dict[str, Any]) -> dict[str, Any]:
        skipped = ("csrf_token", "seen", "phones", "schedules")
        given = {field.name: field.data for field in self if field.name not in skipped}
        return given | {
            "description": given["description"] or "",
            "needs": tuple(sorted(given["needs"])),
            "for_whom": tuple(sorted(given["for_whom"] or ())),
            "phones": _phones(self.phones, old.get("phones", ())),
            "schedules": _schedules(self.schedules, old.get("schedules", ())),
        }


class PlaceForm(FlaskForm):
    name = _name("field.place")
    address_1 = _name("field.address_1")
    city = _name("field.city")
    state_province = _name("field.state_province")
    country = SelectField(lazy_gettext("field.country"))
    latitude = _number("field.latitude")
    longitude = _number("field.longitude")
    is_withheld = BooleanField(lazy_gettext("field.is_withheld"))
    schedules = FieldList(FormField(HoursForm))
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices(PLACES, "country")
        _add_blank(self.schedules, BLANK_HOURS)

    def record(self, old: PlaceRecord | None) -> PlaceRecord:
        skipped = ("csrf_token", "seen", "schedules", "latitude", "longitude")
        given = {field.name: field.data for field in self if field.name not in skipped}
        points = {name: _float(self[name].data) for name in ("latitude", "longitude")}
        record = PlaceRecord(
            old.id if old else uuid7(),
            old.location_id if old else uuid7(),
            schedules=_schedules(self.schedules, old.schedules if old else ()),
            **given,
            **points,
        )
        # an address beside the tick is kept, for the checks to refuse
        return withheld(located(record))._replace(address_1=record.address_1)


def hours_data(schedules: tuple[ScheduleRecord, ...]) -> list[dict[str, Any]]:
    return [
        one._asdict() | {"id": str(one.id), "days": one.byday.split(",") if one.byday else []}
        for one in schedules
    ]


def phones_data(phones: tuple[PhoneRecord, ...]) -> list[dict[str, Any]]:
    return [one._asdict() | {"id": str(one.id)} for one in phones]


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


def _add_blank(lines: FieldList, count: int) -> None:
    if not lines.entries or lines.entries[-1].data.get("id"):
        for _ in range(count):
            lines.append_entry()


def _phones(lines: FieldList, old: tuple[PhoneRecord, ...]) -> tuple[PhoneRecord, ...]:
    known = {str(phone.id): phone for phone in old}
    found = []
    for line in lines.data:
        if line["number"]:
            phone = known.get(line["id"]) or PhoneRecord(uuid7(), "")
            fields = {name: line[name] for name in ("number", "description", "is_hotline")}
            found.append(phone._replace(**fields))
    return in_order(found)


def _schedules(lines: FieldList, old: tuple[ScheduleRecord, ...]) -> tuple[ScheduleRecord, ...]:
    known = {str(one.id) for one in old}
    found = []
    for line in lines.data:
        days = ",".join(day for day in DAYS if day in (line["days"] or ()))
        if days or line["opens_at"] or line["closes_at"] or line["description"]:
            id_ = uuid.UUID(line["id"]) if line["id"] in known else uuid7()
            at = (line["opens_at"], line["closes_at"])
            found.append(ScheduleRecord(id_, days or None, *at, line["description"]))
    return in_order(found)
