"""`make replay CSV=file`: real texts through a whole stack, as SMS, posted twice; nothing lost, none doubled.

With --kill a worker, the sender, the NLU server and PostgreSQL are killed with -9 in the middle. The texts go
nowhere but to that stack, whose folder is deleted at the end; the report holds numbers and codes only.
"""

import argparse
import csv
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from core.errors import AppError
from tools.replay_counting import (
    QUIET_SECONDS,
    Outcome,
    count,
    progress,
    wait_until_answered,
    wait_until_moving,
)
from tools.replay_posting import Acknowledgement, Poster, Sms, as_sms, make_channel
from tools.stack import Stack, emulator, folder, stack
from tools.table import percentile, table

VICTIMS = ("worker", "sender", "nlu", "postgres")
SLOW_SECONDS = 0.2  # as long as a real provider takes, so that programs die within calls too


class BadFile(AppError):
    """The file cannot be replayed; the text says why."""


@dataclass(frozen=True)
class Posting:
    """One time through the file, and how things stood when all of it was answered."""

    acknowledgements: Sequence[Acknowledgement]
    seconds: float  # from the first post until nothing waited any more
    outcome: Outcome
    waiting_at_kill: Mapping[str, int]


def read_texts(path: Path) -> list[str]:
    """The column `text`. Raises BadFile."""
    if path == Path():
        raise BadFile("Which file? make replay CSV=texts.csv")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if "text" not in (rows.fieldnames or ()):
                found = ", ".join(rows.fieldnames or ()) or "none"
                raise BadFile(f"{path} has no column `text`; its first line names: {found}.")
            texts = [row["text"] or "" for row in rows]
    except FileNotFoundError:
        raise BadFile(f"There is no file {path}.") from None
    except OSError as e:
        raise BadFile(f"{path} cannot be read: {e.strerror}.") from None
    except UnicodeDecodeError as e:
        # without its cause, which quotes the bytes
        raise BadFile(f"{path} is not UTF-8 (near byte {e.start}). Save it as UTF-8.") from None
    except csv.Error as e:
        raise BadFile(f"{path} is no proper CSV: line {rows.line_num}: {e}.") from None
    if not texts:
        raise BadFile(f"{path} has no rows.")
    return texts


def replay(texts: Sequence[str], *, kills: bool) -> list[Posting]:
    messages = as_sms(texts)
    with (
        folder() as logs,
        emulator("twilio", logs) as twilio_url,
        stack(twilio_url=twilio_url) as running,
        Poster(running.url) as poster,
    ):
        _order(twilio_url, "_callbacks", ["sent", "delivered"])
        if kills:
            _order(twilio_url, "_seconds", SLOW_SECONDS)
        make_channel(running)
        first = post_all(running, poster, messages, twilio_url, VICTIMS if kills else ())
        return [first, post_all(running, poster, messages, twilio_url, ())]


def _order(twilio_url: str, what: str, value: object) -> None:
    httpx.post(f"{twilio_url}/{what}", json=value, trust_env=False).raise_for_status()


def post_all(
    running: Stack, poster: Poster, messages: Sequence[Sms], twilio_url: str, victims: Sequence[str]
) -> Posting:
    """In as many parts as it takes to kill one victim, in the middle of its work, after each but the last."""
    parts = len(victims) + 1
    edges = [len(messages) * number // parts for number in range(parts + 1)]
    acknowledgements, waiting = [], {}
    began = time.monotonic()
    for number, victim in enumerate(victims):
        before = progress(running)
        acknowledgements += poster.post(messages[edges[number] : edges[number + 1]])
        wait_until_moving(running, before)
        waiting[victim] = progress(running).waiting
        running.kill(victim)
    acknowledgements += poster.post(messages[edges[-2] :])
    if not wait_until_answered(running, len(messages)):
        print("Nothing moves any more. The launcher said:\n" + running.log_path.read_text(), file=sys.stderr)
    seconds = time.monotonic() - began
    time.sleep(QUIET_SECONDS)
    sids = [message.sid for message in messages]
    return Posting(acknowledgements, seconds, count(running, sids, twilio_url), waiting)


def report(first: Posting, again: Posting) -> str:
    columns = [_figures(posting) for posting in (first, again)]
    rows = [(name, value, columns[1][name]) for name, value in columns[0].items()]
    parts = [table(("", "first posting", "posted again"), rows)]
    if first.waiting_at_kill:
        parts.append(table(("killed with -9", "messages waiting then"), first.waiting_at_kill.items()))
    for name, counts in (("intent", first.outcome.intents), ("decision", first.outcome.decisions)):
        ranked = sorted(counts.items(), key=lambda pair: -pair[1])
        total = sum(counts.values())
        shares = [(code, number, f"{number / total:.1%}") for code, number in ranked]
        parts.append(table((name, "messages", "share"), shares))
    return "\n\n".join(parts)


def _figures(posting: Posting) -> dict[str, object]:
    outcome = posting.outcome
    waits = [1000 * one.seconds for one in posting.acknowledgements]
    return {
        "posted": len(posting.acknowledgements),
        "acknowledged": sum(one.is_taken for one in posting.acknowledgements),
        "  p50, ms": f"{percentile(waits, 0.5):.1f}",
        "  p99, ms": f"{percentile(waits, 0.99):.1f}",
        "turns made": outcome.turns,
        "  of them failed (apology)": outcome.failed_turns,
        "replies queued": outcome.replies,
        "replies recorded by the emulator": outcome.recorded,
        "answered exactly once": outcome.answered_once,
        "messages lost": outcome.lost,
        "replies given up": outcome.given_up,
        "doubled": outcome.doubled,
        "calls of unknown outcome": outcome.unknown,
        "  of them repeated": outcome.repeated,
        "seconds until all was answered": f"{posting.seconds:.1f}",
    }


def is_good(first: Posting, again: Posting) -> bool:
    """Every post taken, every message answered, and the second posting changed nothing."""
    acknowledgements = [*first.acknowledgements, *again.acknowledgements]
    changed = again.outcome.recorded - first.outcome.recorded + again.outcome.turns - first.outcome.turns
    return all(one.is_taken for one in acknowledgements) and again.outcome.is_good and changed == 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make replay", description=__doc__)
    parser.add_argument("csv", type=Path, metavar="CSV=file", help="UTF-8, with a column `text`")
    parser.add_argument("--kill", action="store_true", help="kill programs with -9 in the middle")
    options = parser.parse_args(arguments)
    try:
        texts = read_texts(options.csv)
        print(f"Replaying {len(texts)} messages, twice ...", flush=True)
        first, again = replay(texts, kills=options.kill)
    except AppError as e:
        print(e, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(report(first, again))
    return 0 if is_good(first, again) else 1


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):  # ended in whatever way, the folder with the texts goes
        signal.signal(number, signal.default_int_handler)
    sys.exit(main())
