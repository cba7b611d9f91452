"""Opening hours at a moment: open now, or when next, with the exceptions that the record knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.directory import Schedule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST_MINUTES = time(23, 50)  # a day that closes then runs into the next

LOOKED_AHEAD = 31
"""Days: somebody who is closed for longer says so in another way."""


@dataclass(frozen=True, slots=True)
class Opening:
    """`opens_at` is None where it is open now, else the next opening, in local time."""

    opens_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.opens_at is None


def opening(schedules: Sequence[Schedule], local: datetime) -> Opening | None:
    """None where there are no clear hours: a description alone says nothing that could be counted with."""
    for opens, closes in _spans(schedules, local):
        if opens <= local < closes:
            return Opening(None)
        if opens > local:
            return Opening(opens)
    return None


def is_closed(schedules: Sequence[Schedule], local: datetime) -> bool:
    """Known to be closed now; who gives no clear hours may be open."""
    is_clear = any(one.opens_at is not None and one.closes_at is not None for one in schedules)
    spans = _spans(schedules, local, days=0) if is_clear else ()
    return is_clear and not any(opens <= local < closes for opens, closes in spans)


def of_door(own: Sequence[Schedule], of_service: Sequence[Schedule]) -> list[Schedule]:
    """Its own hours, else those of the whole service; the holidays of both."""
    has_own = any(not one.is_exception for one in own)
    return [*own, *(one for one in of_service if one.is_exception or not has_own)]


def weekly(schedules: Sequence[Schedule], on: date) -> list[Schedule]:
    """What holds in the week of a day, as told to people: without exceptions and rules of another season."""
    return [one for one in schedules if not one.is_exception and _is_valid(one, on)]


def _spans(
    schedules: Sequence[Schedule], local: datetime, days: int = LOOKED_AHEAD
) -> Iterator[tuple[datetime, datetime]]:
    """Day by day from yesterday, which may last past midnight."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    for offset in range(-1, days + 1):
        day = midnight + timedelta(days=offset)
        yield from sorted(_of_day(schedules, day))


def _of_day(schedules: Sequence[Schedule], day: datetime) -> Iterator[tuple[datetime, datetime]]:
    """An exception, a holiday, takes the place of the weekly rules."""
    valid = [one for one in schedules if _is_valid(one, day.date())]
    exceptions = [one for one in valid if one.is_exception]
    for schedule in exceptions or valid:
        is_day = (
            schedule.is_exception or not schedule.byday or DAYS[day.weekday()] in schedule.byday.split(",")
        )
        if is_day and schedule.opens_at is not None and schedule.closes_at is not None:
            yield _at(day, schedule.opens_at), _closing(day, schedule.opens_at, schedule.closes_at)


def _is_valid(schedule: Schedule, day: date) -> bool:
    starts, ends = schedule.valid_from, schedule.valid_to
    return (starts is None or starts <= day) and (ends is None or day <= ends)


def _closing(day: datetime, opens: time, closes: time) -> datetime:
    is_next_day = closes <= opens
    if closes >= LAST_MINUTES:
        return _at(day + timedelta(days=1), time())
    return _at(day + timedelta(days=1) if is_next_day else day, closes)


def _at(day: datetime, clock: time) -> datetime:
    return day.replace(hour=clock.hour, minute=clock.minute)
