"""Requests that wait together, and answers that are remembered."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from nlu.batching import Batches, Memory


class FakeModel:
    """Answers each text in upper case and notes its calls; the first call waits until it is let go."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.may_go_on = threading.Event()

    def parse(self, texts: list[str]) -> list[dict]:
        self.calls.append(texts)
        self.may_go_on.wait(5)
        if "bad" in texts:
            raise ValueError
        return [{"text": text, "intent": text.upper()} for text in texts]


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


def test_what_arrives_while_the_model_works_goes_in_one_call(model: FakeModel) -> None:
    answers = asyncio.run(ask_one_then_more(model, [["b"], ["c", "d"]]))

    assert model.calls == [["a"], ["b", "c", "d"]]
    assert [[one["intent"] for one in some] for some in answers] == [["A"], ["B"], ["C", "D"]]


def test_a_bad_text_spoils_only_its_own_request(model: FakeModel) -> None:
    first, bad, good = asyncio.run(ask_one_then_more(model, [["bad"], ["c"]]))

    assert isinstance(bad, ValueError)
    assert (first[0]["intent"], good[0]["intent"]) == ("A", "C")


async def ask_one_then_more(model: FakeModel, more: list[list[str]]) -> list:
    batches = Batches(model.parse, ThreadPoolExecutor(max_workers=1))
    asked = [asyncio.create_task(batches.answers(["a"]))]
    while not model.calls:
        await asyncio.sleep(0.001)
    asked += [asyncio.create_task(batches.answers(texts)) for texts in more]
    await asyncio.sleep(0.01)
    model.may_go_on.set()
    return await asyncio.gather(*asked, return_exceptions=True)


def test_a_text_asked_again_needs_no_model(model: FakeModel) -> None:
    model.may_go_on.set()
    memory = Memory(model.parse)

    first = memory.parse(["a", "b", "a"])
    again = memory.parse(["b", "c"])

    assert model.calls == [["a", "b"], ["c"]]
    assert [one["text"] for one in (*first, *again)] == ["a", "b", "a", "b", "c"]
    assert again[0] == first[1]


def test_only_the_latest_answers_are_kept(model: FakeModel) -> None:
    model.may_go_on.set()
    memory = Memory(model.parse, size=2)

    memory.parse(["secret", "b"])
    memory.parse(["c"])
    memory.parse(["b", "c"])
    memory.parse(["secret"])

    assert model.calls == [["secret", "b"], ["c"], ["secret"]]
