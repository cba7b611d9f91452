"""`python -m nlu.model_process MODEL FD ...`: loads a model once and answers questions about texts.

Started by `nlu.server`, with one end of a socket for each process that is to be: the model is loaded before
the process divides, so that all share its memory. Each ends when the other end of its socket is closed.

A question is a line of JSON, [[kind, text], ...] with `parse` or `vectors` as the kind; the answer to each
text is a line of JSON too. An error is a single line: "!" and the kind of exception, without its message,
which may hold a text. The first line of each process, before any question, is its number.
"""

from __future__ import annotations

import os

# One thread for each process: they share the processors, and a process that divides takes no threads along.
os.environ |= {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}

import gc
import json
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from nlu.model import Model

WARM_UP = ["hola", "necesito un albergue en tapachula", "where can I ask for asylum?"]


def main(path: Path, descriptors: list[int]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server, which then lets go of us
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the others
    model = Model(path)
    model.parse(WARM_UP)
    gc.collect()
    gc.freeze()  # what is never looked through stays shared
    mine, *others = descriptors
    if others and _has_threads():
        raise RuntimeError("a component has started threads, which do not survive the division")
    for descriptor in others:
        if not os.fork():
            mine = descriptor
            break
    for descriptor in descriptors:
        if descriptor != mine:
            os.close(descriptor)
    _answer_all(model, socket.socket(fileno=mine))
    return 0


def _has_threads() -> bool:
    tasks = Path("/proc/self/task")  # of Linux only; elsewhere nobody looks
    return tasks.exists() and len(list(tasks.iterdir())) > 1


def _answer_all(model: Model, connection: socket.socket) -> None:
    with suppress(BrokenPipeError), connection, connection.makefile("rwb") as stream:
        stream.write(f"{os.getpid()}\n".encode())
        stream.flush()
        for line in stream:
            try:
                stream.writelines(_answers(model, json.loads(line)))
            except Exception as e:  # noqa: BLE001
                stream.write(f"!{type(e).__name__}\n".encode())
            stream.flush()


def _answers(model: Model, questions: list[tuple[str, str]]) -> list[bytes]:
    answers: dict[int, Any] = {}
    for kind, work in (("parse", model.parse), ("vectors", model.vectors)):
        places = [place for place, question in enumerate(questions) if question[0] == kind]
        if places:
            answers |= zip(places, work([questions[place][1] for place in places]), strict=True)
    return [json.dumps(answers[place]).encode() + b"\n" for place in range(len(questions))]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [int(descriptor) for descriptor in sys.argv[2:]]))
