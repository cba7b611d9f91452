"""The processes that hold the model, and their change when a new model is there."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import time
from pathlib import Path

from nlu.batching import Answer, AnswerError, Batches, GoneError, Memory
from nlu.model import NoModelError, newest_path

logger = logging.getLogger("nlu.server")

LOAD_SECONDS = 120.0
ANSWER_SECONDS = 60.0  # for 32 texts of 1,600 characters, on a slow machine
LOOK_SECONDS = 1.0  # between looks for a new model
LONGEST_LINE = 2**24  # bytes
ERROR = b"!"


class LoadError(Exception):
    """The model cannot be served; what went wrong is above, in the log."""


class ModelProcess:
    """The server's end of a process that holds the model."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0  # of the process

    @classmethod
    async def connected_to(cls, connection: socket.socket) -> ModelProcess:
        return cls(*await asyncio.open_connection(sock=connection, limit=LONGEST_LINE))

    @property
    def is_gone(self) -> bool:
        return self._reader.at_eof()

    async def wait_until_ready(self) -> None:
        """Raises LoadError."""
        try:
            self._number = int(await asyncio.wait_for(self._line(), LOAD_SECONDS))
        except (GoneError, asyncio.TimeoutError) as e:  # noqa: UP041 (another one in Python 3.10)
            raise LoadError from e

    async def ask(self, questions: list[tuple[str, str]]) -> list[Answer]:
        self._writer.write(json.dumps(questions).encode() + b"\n")
        try:
            return await asyncio.wait_for(self._lines(len(questions)), ANSWER_SECONDS)
        except asyncio.TimeoutError as e:  # noqa: UP041
            os.kill(self._number, signal.SIGKILL)
            raise GoneError from e

    def close(self) -> None:
        """It ends as soon as it has answered what it was asked."""
        self._writer.close()

    async def _lines(self, count: int) -> list[Answer]:
        return [await self._line() for _ in range(count)]

    async def _line(self) -> Answer:
        try:
            line = await self._reader.readline()
        except OSError as e:
            raise GoneError from e
        if not line.endswith(b"\n"):
            raise GoneError
        if line.startswith(ERROR):
            raise AnswerError(line[1:-1].decode())
        return line[:-1]


class Generation:
    """All processes of one model."""

    def __init__(self, path: Path, processes: list[ModelProcess]) -> None:
        self.name = path.name.removesuffix(".tar.gz")
        self.processes = processes

    @classmethod
    async def start(cls, path: Path, count: int) -> Generation:
        """Ready to answer. Raises LoadError."""
        pairs = [socket.socketpair() for _ in range(count)]
        theirs = [their_end.fileno() for _, their_end in pairs]
        command = [sys.executable, "-m", "nlu.model_process", str(path), *map(str, theirs)]
        await asyncio.create_subprocess_exec(*command, pass_fds=theirs)
        for _, their_end in pairs:
            their_end.close()
        generation = cls(path, [await ModelProcess.connected_to(our_end) for our_end, _ in pairs])
        try:
            await asyncio.gather(*(process.wait_until_ready() for process in generation.processes))
        except BaseException:
            generation.close()
            raise
        return generation

    @property
    def is_whole(self) -> bool:
        return not any(process.is_gone for process in self.processes)

    def close(self) -> None:
        for process in self.processes:
            process.close()


class Fleet:
    """Answers by the newest model. While another one is loaded the former goes on answering."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._batches = Batches()
        self.memory = Memory(self._batches)

    @property
    def model(self) -> str:
        return self._generation.name

    async def start(self) -> None:
        """Raises NoModelError, LoadError."""
        self._served = _newest()
        self._generation = await self._begin(self._served[0])

    async def keep_current(self) -> None:
        """Looks after the processes, and for a new model, for ever. Raises LoadError when none is left."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            newest = _newest_or(self._served)
            if not self._generation.is_whole:
                logger.error("a model process has ended; starting all of them again")
                await self._change_to(newest[0])
            elif newest != self._served:
                try:
                    await self._change_to(newest[0])
                except LoadError:
                    logger.error("model %s cannot be loaded; %s stays", newest[0].name, self.model)
            self._served = newest

    def close(self) -> None:
        self._generation.close()

    async def _change_to(self, path: Path) -> None:
        former, self._generation = self._generation, await self._begin(path)
        self.memory.forget()
        await asyncio.gather(*(self._batches.let_go(process) for process in former.processes))
        former.close()

    async def _begin(self, path: Path) -> Generation:
        began = time.monotonic()
        generation = await Generation.start(path, self._count)
        for process in generation.processes:
            self._batches.add(process)
        logger.info("model %s ready in %.1f s", generation.name, time.monotonic() - began)
        return generation


def _newest() -> tuple[Path, float]:
    """With its time: a model that was trained before becomes the newest by being touched."""
    path = newest_path()
    return path, path.stat().st_mtime


def _newest_or(served: tuple[Path, float]) -> tuple[Path, float]:
    try:
        return _newest()
    except (NoModelError, OSError):  # removed, or just being replaced
        return served
