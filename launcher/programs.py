"""The programs that make up Puente on one machine, in the order of their start."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from core.settings import Settings
from launcher.processes import Program

REPOSITORY = Path(__file__).parents[1]
PYTHON_NLU = REPOSITORY / ".venv-nlu" / "bin" / "python"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
THREADS = 8  # requests that one web process answers side by side


def programs(settings: Settings, url: str) -> list[Program]:
    environment = os.environ | {
        "DATABASE_URL": url,
        "PUENTE_DATA": str(settings.data_dir),
        "PYTHONUNBUFFERED": "1",  # the end of a log is complete when a program is killed
    }

    def python(name: str, *arguments: str) -> Program:
        return Program(name, [sys.executable, "-m", *arguments], environment, folder=REPOSITORY)

    def web(name: str, port: int, processes: int) -> Program:
        address = f"--bind={_bracketed(settings.host)}:{port}"
        size = [
            f"--workers={processes}",
            f"--threads={THREADS}",
            "--graceful-timeout=10",
            "--no-control-socket",
        ]
        return python(name, "gunicorn", f"{name}.app:create_app()", address, *size)

    workers = [
        python("worker" if number == 1 else f"worker-{number}", "bot.worker")
        for number in range(1, settings.turn_workers + 1)
    ]
    return [
        *(
            [_nlu(nlu_port, settings.nlu_processes, environment)]
            if (nlu_port := local_nlu_port(settings))
            else []
        ),
        *workers,
        python("sender", "bot.sender"),
        python("importer", "bot.importer"),
        web("webhook", settings.webhook_port, settings.webhook_workers),
        web("admin", settings.admin_port, 1),
    ]


def local_nlu_port(settings: Settings) -> int | None:
    """None when PUENTE_NLU_URL leads to another machine."""
    address = urlsplit(settings.nlu_url)
    return address.port if address.hostname in LOOPBACK else None


def _nlu(port: int, processes: int, environment: dict[str, str]) -> Program:
    return Program(
        "nlu",
        [str(PYTHON_NLU), "-m", "nlu.server"],
        environment | {"PUENTE_NLU_PORT": str(port), "PUENTE_NLU_PROCESSES": str(processes)},
        folder=REPOSITORY,
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
