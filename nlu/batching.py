"""Between requests and model: what waits goes in one call, and what was asked before is remembered."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import os
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

MAX_TEXTS = 32  # in a call; more are no faster, and the first would wait for the last
REMEMBERED = 2000  # answers, about ten megabytes
SHORTEST_NUMBER = 7  # digits of a telephone number

Answer = bytes  # JSON, as a model process has written it: nobody reads it on its way


class AnswerError(Exception):
    """A model process could not answer. `kind` is the name of its exception; its message may hold a text."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class GoneError(Exception):
    """The model process has ended, or answers no longer."""


class Process(Protocol):
    @property
    def is_gone(self) -> bool: ...

    async def ask(self, questions: list[tuple[str, str]]) -> list[Answer]:
        """Raises AnswerError, GoneError."""


@dataclass
class _Waiting:
    question: tuple[str, str]  # what is wanted, of which text
    answer: asyncio.Future[Answer]


class Batches:
    """Texts that arrive while all processes work wait together; the next free one takes its share of them."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._loops: dict[Process, asyncio.Task[None]] = {}
        self._busy: dict[Process, int] = {}  # with so many texts

    async def answers(self, kind: str, texts: list[str]) -> list[Answer]:
        """Raises AnswerError, GoneError."""
        new = asyncio.get_running_loop().create_future
        waiting = [_Waiting((kind, text), new()) for text in texts]
        for one in waiting:
            self._waiting.put_nowait(one)
        return await asyncio.gather(*(one.answer for one in waiting))

    def add(self, process: Process) -> None:
        """It gets texts from now on, until it is let go or gone."""
        self._loops[process] = asyncio.create_task(self._work(process))

    async def let_go(self, process: Process) -> None:
        """It gets no more texts. Returns when those that it has are answered."""
        loop = self._loops.pop(process, None)
        if loop:
            if process not in self._busy:
                loop.cancel()
            await asyncio.wait([loop])

    async def _work(self, process: Process) -> None:
        while process in self._loops:
            batch = await self._next_batch()
            if process.is_gone:
                for one in batch:
                    self._waiting.put_nowait(one)
                return
            self._busy[process] = len(batch)
            try:
                await self._answer(process, batch)
            except GoneError:
                return
            finally:
                del self._busy[process]

    async def _next_batch(self) -> list[_Waiting]:
        batch = [await self._waiting.get()]
        texts = 1 + self._waiting.qsize() + sum(self._busy.values())
        share = math.ceil(texts / max(1, len(self._loops)))
        while len(batch) < min(share, MAX_TEXTS) and not self._waiting.empty():
            batch.append(self._waiting.get_nowait())
        # whoever asked may have gone
        return [one for one in batch if not one.answer.done()]

    async def _answer(self, process: Process, batch: list[_Waiting]) -> None:
        if not batch:
            return
        try:
            answers = await process.ask([one.question for one in batch])
        except AnswerError as e:
            if len(batch) > 1:  # one text has spoiled the call for the others
                for one in batch:
                    await self._answer(process, [one])
            else:
                _fail(batch, e)
        except GoneError as e:
            # not asked again: a text that ends one process would end them all
            _fail(batch, e)
            raise
        else:
            for one, answer in zip(batch, answers, strict=True):
                if not one.answer.done():
                    one.answer.set_result(answer)


def _fail(batch: list[_Waiting], error: Exception) -> None:
    for one in batch:
        if not one.answer.done():
            one.answer.set_exception(error)


class Memory:
    """Answers by a keyed digest of the question, the latest used ones: no text is kept, and no telephone
    number, which the answer repeats.
    """

    def __init__(self, batches: Batches, size: int = REMEMBERED) -> None:
        self._batches = batches
        self._size = size
        self._key = os.urandom(32)
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()

    async def answers(self, kind: str, texts: list[str]) -> list[Answer]:
        """Raises AnswerError, GoneError."""
        remembered = self._answers
        digests = [self._digest(kind, text) for text in texts]
        found = {digest: remembered[digest] for digest in digests if digest in remembered}
        new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in found}
        if new:
            found |= zip(new, await self._batches.answers(kind, list(new.values())), strict=True)
        for digest, text in zip(digests, texts, strict=True):
            if not _may_hold_a_number(text):
                remembered[digest] = found[digest]
                remembered.move_to_end(digest)
        while len(remembered) > self._size:
            remembered.popitem(last=False)
        return [found[digest] for digest in digests]

    def forget(self) -> None:
        """What another model has answered; also what it is still to answer."""
        self._answers = OrderedDict()

    def _digest(self, kind: str, text: str) -> bytes:
        question = json.dumps([kind, text]).encode()
        return hashlib.blake2b(question, key=self._key, digest_size=16).digest()


def _may_hold_a_number(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= SHORTEST_NUMBER
