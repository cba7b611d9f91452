"""Between requests and model: what waits goes in one call, and what was asked before is remembered."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from nlu.writing import MAX_CHARACTERS

MAX_TEXTS = 32  # in a call; more are no faster, and the first would wait for the last
REMEMBERED = 2000  # answers, about twenty megabytes

Answer = dict[str, Any]
Parse = Callable[[list[str]], list[Answer]]
Each = TypeVar("Each")


class Batches(Generic[Each]):
    """Requests that arrive while the model works wait together for its next turn; a lone one need not wait.

    `work` answers a list of texts. All share one thread: the model is not safe between threads, and health
    answers while it works.
    """

    def __init__(self, work: Callable[[list[str]], list[Each]], thread: ThreadPoolExecutor) -> None:
        self._work_on = work
        self._thread = thread
        self._waiting: deque[tuple[list[str], asyncio.Future[list[Each]]]] = deque()
        self._work: asyncio.Task[None] | None = None

    async def answers(self, texts: list[str]) -> list[Each]:
        answers: asyncio.Future[list[Each]] = asyncio.get_running_loop().create_future()
        self._waiting.append((texts, answers))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._answer_all())
        return await answers

    async def _answer_all(self) -> None:
        while self._waiting:
            requests = [self._waiting.popleft()]
            count = len(requests[0][0])
            while self._waiting and count + len(self._waiting[0][0]) <= MAX_TEXTS:
                count += len(self._waiting[0][0])
                requests.append(self._waiting.popleft())
            try:
                await self._answer(requests)
            except Exception:  # noqa: BLE001
                # one text may have spoiled the call for the others
                for request in requests:
                    await self._answer_alone(request)

    async def _answer(self, requests: list[tuple[list[str], asyncio.Future[list[Each]]]]) -> None:
        texts = [text for some, _ in requests for text in some]
        answers = iter(await asyncio.get_running_loop().run_in_executor(self._thread, self._work_on, texts))
        for some, future in requests:
            found = [next(answers) for _ in some]
            if not future.done():  # whoever asked may have gone
                future.set_result(found)

    async def _answer_alone(self, request: tuple[list[str], asyncio.Future[list[Each]]]) -> None:
        try:
            await self._answer([request])
        except Exception as e:  # noqa: BLE001
            if not request[1].done():
                request[1].set_exception(e)


class Memory:
    """Answers by a keyed digest of the text, the latest used ones: no text is kept."""

    def __init__(self, parse: Parse, size: int = REMEMBERED) -> None:
        self._parse = parse
        self._size = size
        self._key = os.urandom(32)
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()

    def parse(self, texts: list[str]) -> list[Answer]:
        digests = [self._digest(text) for text in texts]
        new = {
            digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._answers
        }
        found = {digest: self._answers[digest] for digest in digests if digest in self._answers}
        if new:
            found |= zip(new, self._parse(list(new.values())), strict=True)
        for digest in digests:
            self._answers[digest] = {name: value for name, value in found[digest].items() if name != "text"}
            self._answers.move_to_end(digest)
        while len(self._answers) > self._size:
            self._answers.popitem(last=False)
        return [
            {**found[digest], "text": text[:MAX_CHARACTERS]}
            for digest, text in zip(digests, texts, strict=True)
        ]

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()
