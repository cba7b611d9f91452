"""`python -m nlu.train` in Rasa's environment: trains what is not trained yet."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nlu.model import CONFIG, DATA, DOMAIN, current_path

KEPT_MODELS = 3


def main() -> int:
    path = current_path()
    if path.exists():
        path.touch()  # the newest is served, also after a step back to older data
        print(f"NLU: the model {path.name} is current.")
        return 0
    print(
        f"NLU: training from {len(list(DATA.glob('*/*.yml')))} files, this takes some minutes ...",
        flush=True,
    )
    began = time.monotonic()
    path.parent.mkdir(parents=True, exist_ok=True)
    _train(path)
    _forget_old_models(path.parent)
    print(f"NLU: trained {path.name} in {time.monotonic() - began:.0f} s.")
    return 0


def _train(path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        # before Rasa is imported: no report to its makers, no cache of graph steps in the working folder
        os.environ |= {
            "RASA_TELEMETRY_ENABLED": "false",
            "RASA_CACHE_DIRECTORY": folder,
            "RASA_MAX_CACHE_SIZE": "0",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        trained = _quietly(lambda: _train_by_rasa(folder, path.name))
        if trained is None:
            raise SystemExit("NLU: no training data in nlu/data.")
        os.replace(trained, path)


def _train_by_rasa(folder: str, name: str) -> str | None:
    from rasa.model_training import train_nlu

    return train_nlu(str(CONFIG), str(DATA), folder, fixed_model_name=name, domain=str(DOMAIN))


def _quietly(work: Callable[[], str | None]) -> str | None:
    """Rasa's old libraries warn by the dozen; what they say matters only when the training fails."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            return work()
    except Exception:
        print(*said.getvalue().splitlines()[-10:], sep="\n", file=sys.stderr)
        raise


def _forget_old_models(folder: Path) -> None:
    models = sorted(folder.glob("*.tar.gz"), key=lambda model: model.stat().st_mtime)
    for model in models[:-KEPT_MODELS]:
        model.unlink()


if __name__ == "__main__":
    sys.exit(main())
