"""Texts that wait together, processes that share them or end, and answers that are remembered."""

import asyncio
from collections.abc import Coroutine

import pytest

from nlu.batching import AnswerError, Batches, GoneError, Memory


class FakeProcess:
    """Answers each text in upper case and notes its calls; works only while it is let."""

    def __init__(self, *, is_let: bool = True) -> None:
        self.calls: list[list[str]] = []
        self.may_go_on = asyncio.Event()
        self.is_gone = False
        if is_let:
            self.may_go_on.set()

    async def ask(self, questions: list[tuple[str, str]]) -> list[bytes]:
        texts = [text for _, text in questions]
        self.calls.append(texts)
        await self.may_go_on.wait()
        if "deadly" in texts:
            raise GoneError
        if "bad" in texts:
            raise AnswerError("ValueError")
        return [f"{kind} {text.upper()}".encode() for kind, text in questions]


def run(scene: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 5))


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_what_arrives_while_the_model_works_goes_in_one_call() -> None:
    async def scene() -> None:
        process, batches = FakeProcess(is_let=False), Batches()
        batches.add(process)

        asked = [asyncio.create_task(batches.answers("parse", ["a"]))]
        await settled()
        asked += [asyncio.create_task(batches.answers("parse", texts)) for texts in (["b"], ["c", "d"])]
        await settled()
        process.may_go_on.set()

        assert await asyncio.gather(*asked) == [[b"parse A"], [b"parse B"], [b"parse C", b"parse D"]]
        assert process.calls == [["a"], ["b", "c", "d"]]

    run(scene())


def test_free_processes_share_what_waits() -> None:
    async def scene() -> None:
        first, second, batches = FakeProcess(is_let=False), FakeProcess(is_let=False), Batches()
        batches.add(first)
        batches.add(second)

        asked = asyncio.create_task(batches.answers("parse", ["a", "b", "c", "d"]))
        await settled()
        calls_at_first = [first.calls.copy(), second.calls.copy()]
        for process in (first, second):
            process.may_go_on.set()
        await asked

        assert calls_at_first == [[["a", "b"]], [["c", "d"]]]

    run(scene())


def test_a_bad_text_spoils_only_its_own_request() -> None:
    async def scene() -> None:
        batches = Batches()
        batches.add(FakeProcess())

        asked = [batches.answers("parse", [text]) for text in ("a", "bad", "c")]
        good, bad, also_good = await asyncio.gather(*asked, return_exceptions=True)

        assert isinstance(bad, AnswerError)
        assert bad.kind == "ValueError"
        assert [good, also_good] == [[b"parse A"], [b"parse C"]]

    run(scene())


def test_texts_of_a_process_that_ended_fail_and_the_next_ones_go_elsewhere() -> None:
    async def scene() -> None:
        ending, other, batches = FakeProcess(), FakeProcess(), Batches()
        batches.add(ending)

        with pytest.raises(GoneError):
            await batches.answers("parse", ["deadly"])
        batches.add(other)

        assert await batches.answers("parse", ["a"]) == [b"parse A"]
        assert (ending.calls, other.calls) == ([["deadly"]], [["a"]])

    run(scene())


def test_a_process_that_ended_while_it_was_idle_costs_nobody_an_answer() -> None:
    async def scene() -> None:
        ended, other, batches = FakeProcess(), FakeProcess(), Batches()
        batches.add(ended)
        await settled()
        ended.is_gone = True
        batches.add(other)

        assert await batches.answers("parse", ["a", "b"]) == [b"parse A", b"parse B"]
        assert ended.calls == []

    run(scene())


def test_a_process_that_is_let_go_still_answers_what_it_has() -> None:
    async def scene() -> None:
        former, new, batches = FakeProcess(is_let=False), FakeProcess(), Batches()
        batches.add(former)
        asked = asyncio.create_task(batches.answers("parse", ["a"]))
        await settled()
        batches.add(new)
        leaving = asyncio.create_task(batches.let_go(former))
        await settled()

        assert await batches.answers("parse", ["b"]) == [b"parse B"]
        assert not leaving.done()
        former.may_go_on.set()

        assert await asked == [b"parse A"]
        await leaving
        assert (former.calls, new.calls) == ([["a"]], [["b"]])

    run(scene())


def test_an_idle_process_is_let_go_at_once() -> None:
    async def scene() -> None:
        former, batches = FakeProcess(), Batches()
        batches.add(former)
        await settled()

        await batches.let_go(former)

        assert former.calls == []

    run(scene())


def test_a_text_asked_again_needs_no_model() -> None:
    async def scene() -> None:
        process, memory = await remembering()

        first = await memory.answers("parse", ["a", "b", "a"])
        again = await memory.answers("parse", ["b", "c"])

        assert process.calls == [["a", "b"], ["c"]]
        assert first == [b"parse A", b"parse B", b"parse A"]
        assert again == [b"parse B", b"parse C"]

    run(scene())


def test_vectors_are_not_taken_for_parses() -> None:
    async def scene() -> None:
        _, memory = await remembering()

        await memory.answers("parse", ["a"])

        assert await memory.answers("vectors", ["a"]) == [b"vectors A"]

    run(scene())


def test_only_the_latest_answers_are_kept() -> None:
    async def scene() -> None:
        process, memory = await remembering(size=2)

        for texts in (["secret", "b"], ["c"], ["b", "c"], ["secret"]):
            await memory.answers("parse", texts)

        assert process.calls == [["secret", "b"], ["c"], ["secret"]]

    run(scene())


def test_an_answer_that_may_repeat_a_telephone_number_is_not_kept() -> None:
    async def scene() -> None:
        process, memory = await remembering()

        for _ in range(2):
            await memory.answers("parse", ["llame al 9988-7766"])

        assert process.calls == [["llame al 9988-7766"], ["llame al 9988-7766"]]
        assert not memory._answers

    run(scene())


def test_another_model_answers_anew_also_what_was_under_way() -> None:
    async def scene() -> None:
        process, memory = await remembering(is_let=False)
        under_way = asyncio.create_task(memory.answers("parse", ["a"]))
        await settled()
        memory.forget()
        process.may_go_on.set()
        await under_way

        await memory.answers("parse", ["a"])

        assert process.calls == [["a"], ["a"]]

    run(scene())


async def remembering(*, size: int = 2000, is_let: bool = True) -> tuple[FakeProcess, Memory]:
    process, batches = FakeProcess(is_let=is_let), Batches()
    batches.add(process)
    return process, Memory(batches, size)
