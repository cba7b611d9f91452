"""The forms of the directory, and how they become the values that are checked and saved."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
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
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from admin.directory_detail_forms import FORMS, add_blank, data_of, records_of
from admin.directory_detail_forms import tidy as _tidy
from admin.forms import choices
from core.db import uuid7
from core.directory import details
from core.directory.cells import MAX_TEXT
from core.directory.checks import MAX_AGE, MAX_NAME, PLACES
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

BLANK_PHONES, BLANK_HOURS, BLANK_EXCEPTIONS = 1, 2, 1
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


def _age(label: str) -> DecimalField:
    between = NumberRange(min=0, max=MAX_AGE)
    return DecimalField(
        lazy_gettext(label), [Optional(), between], places=None, render_kw={"inputmode": "numeric"}
    )


def _lines(name: str) -> FieldList:
    return FieldList(FormField(FORMS[name]))


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
    email = EmailField(lazy_gettext("field.email"), [Length(max=254)], filters=[_tidy])
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
    extension = StringField(lazy_gettext("field.extension"), [Length(max=10)], filters=[_tidy])
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


class ExceptionForm(Form):
    """A day, or several, with other hours or none."""

    id = HiddenField()
    valid_from = DateField(lazy_gettext("field.valid_from"), [Optional()])
    valid_to = DateField(lazy_gettext("field.valid_to"), [Optional()])
    opens_at = TimeField(lazy_gettext("field.opens_at"), [Optional()])
    closes_at = TimeField(lazy_gettext("field.closes_at"), [Optional()])
    description = StringField(lazy_gettext("field.note"), [Length(max=500)], filters=[_tidy])


class ServiceForm(FlaskForm):
    name = _name("field.name", is_needed=True)
    name_en = _name("field.name_en")
    country = SelectField(lazy_gettext("field.country"))
    is_nationwide = BooleanField(lazy_gettext("field.is_nationwide"))
    needs = Ticks(lazy_gettext("field.needs"), [DataRequired(lazy_gettext("problem.no_need"))])
    for_whom = Ticks(lazy_gettext("field.for_whom"))
    phones = FieldList(FormField(PhoneForm))
    schedules = FieldList(FormField(HoursForm))
    exceptions = FieldList(FormField(ExceptionForm))
    alert = _text("field.alert")
    description = _text("field.description")
    eligibility_description = _text("field.eligibility_description")
    minimum_age = _age("field.minimum_age")
    maximum_age = _age("field.maximum_age")
    languages = _lines("languages")
    interpretation_services = _name("field.interpretation_services")
    application_process = _text("field.application_process")
    required_documents = _lines("required_documents")
    fees_description = _text("field.fees_description")
    cost_options = _lines("cost_options")
    service_areas = _lines("service_areas")
    contacts = _lines("contacts")
    url = _link("field.url")
    email = EmailField(lazy_gettext("field.email"), [Length(max=254)], filters=[_tidy])
    source = _name("field.source")
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices(PLACES, "country")
        self.needs.choices = choices(NEEDS, "need")
        self.for_whom.choices = choices(FOR_WHOM, "for_whom")
        add_blank(self.phones, BLANK_PHONES)
        add_blank(self.schedules, BLANK_HOURS)
        add_blank(self.exceptions, BLANK_EXCEPTIONS)
        for name in details.OF_SERVICE:
            add_blank(self[name])

    def values(self, old: dict[str, Any]) -> dict[str, Any]:
        skipped = ("csrf_token", "seen", "phones", "schedules", "exceptions", *details.OF_SERVICE)
        given = {field.name: field.data for field in self if field.name not in skipped}
        return given | {
            "description": given["description"] or "",
            "needs": tuple(sorted(given["needs"])),
            "for_whom": tuple(sorted(given["for_whom"] or ())),
            "phones": _phones(self.phones, old.get("phones", ())),
            "schedules": _schedules(self.schedules, self.exceptions, old.get("schedules", ())),
            **{name: _float(given[name]) for name in ("minimum_age", "maximum_age")},
            **{name: records_of(name, self[name], old.get(name, ())) for name in details.OF_SERVICE},
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
    exceptions = FieldList(FormField(ExceptionForm))
    accessibility = _lines("accessibility")
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = choices(PLACES, "country")
        add_blank(self.schedules, BLANK_HOURS)
        add_blank(self.exceptions, BLANK_EXCEPTIONS)
        add_blank(self.accessibility)

    def record(self, old: PlaceRecord | None) -> PlaceRecord:
        lists = ("schedules", "exceptions", "accessibility")
        skipped = ("csrf_token", "seen", "latitude", "longitude", *lists)
        given = {field.name: field.data for field in self if field.name not in skipped}
        points = {name: _float(self[name].data) for name in ("latitude", "longitude")}
        record = PlaceRecord(
            old.id if old else uuid7(),
            old.location_id if old else uuid7(),
            schedules=_schedules(self.schedules, self.exceptions, old.schedules if old else ()),
            accessibility=records_of("accessibility", self.accessibility, old.accessibility if old else ()),
            attributes=old.attributes if old else (),
            **given,
            **points,
        )
        # an address beside the tick is kept, for the checks to refuse
        return withheld(located(record))._replace(address_1=record.address_1)


def service_data(old: dict[str, Any]) -> dict[str, Any]:
    """The lists of a service as the form shows them."""
    lists = {name: data_of(old[name]) for name in ("phones", *details.OF_SERVICE)}
    return lists | hours_data(old["schedules"])


def place_data(old: PlaceRecord) -> dict[str, Any]:
    return old._asdict() | hours_data(old.schedules) | {"accessibility": data_of(old.accessibility)}


def hours_data(schedules: tuple[ScheduleRecord, ...]) -> dict[str, list[dict[str, Any]]]:
    """Weekly hours and exceptions apart, as people think of them."""
    found: dict[str, list[dict[str, Any]]] = {"schedules": [], "exceptions": []}
    for one in schedules:
        days = {"days": one.byday.split(",") if one.byday else []}
        found["exceptions" if one.is_exception else "schedules"].append(
            one._asdict() | {"id": str(one.id)} | days
        )
    return found


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


def _phones(lines: FieldList, old: tuple[PhoneRecord, ...]) -> tuple[PhoneRecord, ...]:
    known = {str(phone.id): phone for phone in old}
    found = []
    for line in lines.data:
        if line["number"]:
            phone = known.get(line["id"]) or PhoneRecord(uuid7(), "")
            fields = {name: line[name] for name in ("number", "extension", "description", "is_hotline")}
            found.append(phone._replace(**fields))
    return in_order(found)


def _schedules(
    lines: FieldList, exceptions: FieldList, old: tuple[ScheduleRecord, ...]
) -> tuple[ScheduleRecord, ...]:
    known = {str(one.id): one for one in old}
    found = []
    for line in (*lines.data, *exceptions.data):
        ticked = line.pop("days", None) or ()
        days = ",".join(day for day in DAYS if day in ticked)
        start = line.get("valid_from") or line.get("valid_to")
        if "valid_from" in line and start:  # one date alone is a single day
            line |= {"valid_from": start, "valid_to": line["valid_to"] or start}
        if days or any(value for field, value in line.items() if field != "id"):
            record = known.get(line.pop("id")) or ScheduleRecord(uuid7())
            found.append(record._replace(byday=days or None, **line))
    return in_order(found)
