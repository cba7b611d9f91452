"""Opening hours at a moment: open now, or when next. Holidays are not known and not guessed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.directory import Schedule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST_MINUTES = time(23, 50)  # a day that closes then runs into the next


@dataclass(frozen=True, slots=True)
class Opening:
    """`opens_at` is None where it is open now, else the next opening, in local time."""

    opens_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.opens_at is None


def opening(schedules: Sequence[Schedule], local: datetime) -> Opening | None:
    """None where there are no clear hours: a description alone says nothing that could be counted with."""
    spans = sorted(_spans(schedules, local))
    if any(opens <= local < closes for opens, closes in spans):
        return Opening(None)
    upcoming = [opens for opens, _ in spans if opens > local]
    return Opening(upcoming[0]) if upcoming else None


def _spans(schedules: Sequence[Schedule], local: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From yesterday, which may last past midnight, for eight days."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (midnight + timedelta(days=offset) for offset in range(-1, 8)):
        for schedule in schedules:
            if schedule.opens_at is None or schedule.closes_at is None:
                continue
            if schedule.byday and DAYS[day.weekday()] not in schedule.byday.split(","):
                continue
            yield _at(day, schedule.opens_at), _closing(day, schedule.opens_at, schedule.closes_at)


def _closing(day: datetime, opens: time, closes: time) -> datetime:
    is_next_day = closes <= opens
    if closes >= LAST_MINUTES:
        return _at(day + timedelta(days=1), time())
    return _at(day + timedelta(days=1) if is_next_day else day, closes)


def _at(day: datetime, clock: time) -> datetime:
    return day.replace(hour=clock.hour, minute=clock.minute)
