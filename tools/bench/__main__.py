"""`make bench`: all figures, as a table and as bench.json. Takes about three minutes."""

import dataclasses
import json
import os
import platform
import sys
from pathlib import Path

from core.db import now
from core.errors import AppError
from tools.bench import acknowledgement, directory, parsing, sending, turns
from tools.bench.house import house
from tools.bench.rows import Row, written

OUTPUT = Path("bench.json")
PARTS = (acknowledgement, turns, parsing, sending, directory)


def main() -> int:
    rows: list[Row] = []
    try:
        with house() as of_ours:
            for part in PARTS:
                print(f"Measuring: {part.__name__.rpartition('.')[2]} ...", flush=True)
                rows += part.measure(of_ours)
    except AppError as e:
        print(e, file=sys.stderr)
        return 1
    print(written(rows))
    figures = [dataclasses.asdict(row) | {"ratio": row.ratio} for row in rows]
    about = {
        "at": now().isoformat(timespec="seconds"),
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
    }
    OUTPUT.write_text(json.dumps(about | {"rows": figures}, indent=2) + "\n")
    print(f"Written to {OUTPUT}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
