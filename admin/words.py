"""Turns codes, dates and counts into words of the catalogue, for the templates."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Flask
from flask_babel import (
    format_date,
    format_datetime,
    format_timedelta,
    get_locale,
    gettext,
    ngettext,
    to_user_timezone,
)

from admin.current import i_may, is_signed_in, me
from bot import render
from core.case_queue import ACTIVE, SOON
from core.cases import Case
from core.db import now

ZONES = {
    "BZ": "America/Belize",
    "CR": "America/Costa_Rica",
    "GT": "America/Guatemala",
    "HN": "America/Tegucigalpa",
    "MX": "America/Mexico_City",
    "PA": "America/Panama",
    "SV": "America/El_Salvador",
}


@dataclass(frozen=True, slots=True)
class Due:
    """When a case is due, in words, and how much it presses: late, soon, calm or done."""

    text: str
    level: str


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        word=word,
        due=due,
        moment=moment,
        ago=ago,
        day=day,
        sms_count=sms_count,
        i_may=i_may,
        is_signed_in=is_signed_in,
        me=me,
        get_locale=get_locale,
    )


def timezone(country: str | None) -> str:
    """All but Panama share the hour; the middle of the region stands in where no country is set."""
    return ZONES.get(country or "", "America/Guatemala")


def word(group: str, code: str | None) -> str:
    """The word for a code; a code that has none yet is shown as it is rather than hidden."""
    if not code:
        return ""
    key = f"{group}.{code}"
    text = gettext(key)
    return str(code).replace("_", " ") if text == key else text


def due(case: Case) -> Due:
    if case.status not in ACTIVE:
        return Due(word("case_status", case.status), "done")
    left = case.due_at - now()
    if left < timedelta(0):
        return Due(_late(-left), "late")
    return Due(_left(left, case.due_at), "soon" if left < SOON else "calm")


def _late(late: timedelta) -> str:
    if late.days:
        return ngettext("due.late_day", "due.late_days", late.days)
    return ngettext("due.late_hour", "due.late_hours", max(1, late.seconds // 3600))


def _left(left: timedelta, due_at: datetime) -> str:
    hours = int(left.total_seconds() // 3600)
    if hours < 12:
        return ngettext("due.in_hour", "due.in_hours", max(1, hours))
    days = (to_user_timezone(due_at).date() - to_user_timezone(now()).date()).days
    if days < 1:
        return gettext("due.today")
    return ngettext("due.in_day", "due.in_days", days)


def moment(at: datetime) -> str:
    return format_datetime(at, "d MMM y, HH:mm")


def day(on: date) -> str:
    return format_date(on, "d MMM y")


def ago(at: datetime) -> str:
    text: str = format_timedelta(at - now(), add_direction=True)
    return text


def sms_count(text: str, *, is_numbered: bool) -> str:
    """How many SMS a text will be, as the person will get it."""
    parts = render.sms(text, is_numbered=is_numbered)
    count = sum(part.segments for part in parts)
    return ngettext("sms.count", "sms.counts", count, characters=len(text))
