"""`python -m tools.rights_score [URL]`: how often the right rights item comes first, in totals.

Asks the NLU at that address for the meaning; without one it is measured as while the NLU is away. A row of
the questions is `text,language,country,topic,item`: the ids that answer it, or none.
"""

import csv
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from core.rights import ROOT, load
from core.rights.ranking import Ranker, Ranking
from core.types import Language
from nlu.parser import Parser

PAIRS = Path(__file__).parents[1] / "tests" / "core" / "rights_pairs.csv"
TEXTS = {language: load(ROOT, language) for language in Language}

Row = dict[str, str]


@contextmanager
def ranker(url: str) -> Iterator[Ranker]:
    """With the meaning of all items learned."""
    with closing(Parser(url, timeout=10)) as parser:
        found = Ranker(parser.vectors)
        if not found.learn(TEXTS, parser.vectors):
            raise SystemExit(f"No answer of the NLU at {url}.")
        yield found


def totals(ranks: Ranker, rows: list[Row]) -> dict[str, float]:
    """Shares of the questions; "false" are those that an item answers."""
    answered = [(row, _ranked(ranks, row)) for row in rows if row["item"]]
    missing = [_ranked(ranks, row) for row in rows if not row["item"]]
    places = [_place(row, found) for row, found in answered]
    return {
        "first": sum(place == 0 for place in places) / len(places),
        "among three": sum(place < 3 for place in places) / len(places),
        "nothing fits, found": sum(not found.fits for found in missing) / max(1, len(missing)),
        "nothing fits, false": sum(not found.fits for _, found in answered) / len(places),
    }


def _ranked(ranks: Ranker, row: Row) -> Ranking:
    return ranks.rank(TEXTS, Language(row["language"]), row["country"], row["topic"], row["text"])


def _place(row: Row, found: Ranking) -> int:
    right = row["item"].split()
    return next((n for n, item in enumerate(found.items) if item.id in right), len(found.items))


def main() -> int:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with ranker(sys.argv[1]) if len(sys.argv) > 1 else nullcontext(Ranker()) as ranks:
        began = time.perf_counter()
        found = totals(ranks, rows)
    took = (time.perf_counter() - began) / len(rows) * 1000
    lines = [f"{name}: {share:.3f}" for name, share in found.items()]
    sys.stdout.write("\n".join([*lines, f"{len(rows)} questions, {took:.1f} ms each", ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
