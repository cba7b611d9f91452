"""`python -m core.rights`: the coverage as a table of Spanish/English items, then every problem."""

import sys
from datetime import UTC, datetime

from core.rights import ROOT
from core.rights.check import PLACES, TOPICS, coverage, problems


def main() -> int:
    counts = coverage(ROOT)
    lines = [f"{'':22}" + "".join(f"{country:>8}" for country in PLACES)]
    for topic in TOPICS:
        cells = ["/".join(str(n) for n in counts[country, topic].values()) for country in PLACES]
        lines.append(f"{topic:22}" + "".join(f"{cell:>8}" for cell in cells))
    found = problems(ROOT, datetime.now(UTC).date())
    sys.stdout.write("\n".join([*lines, *found, ""]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
