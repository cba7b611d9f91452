"""What a replay refuses to read, and what it counts as lost, doubled or allowed."""

import dataclasses
import uuid
from pathlib import Path

import pytest

from core.types import MessageStatus
from tools.replay import BadFile, Posting, is_good, main, read_texts, report
from tools.replay_counting import Call, Outcome, Received, Reply, call_of, outcome
from tools.replay_posting import Acknowledgement, as_sms


def write(folder: Path, content: bytes) -> Path:
    path = folder / "texts.csv"
    path.write_bytes(content)
    return path


def test_the_column_text_is_read_whatever_stands_beside_it(tmp_path: Path) -> None:
    path = write(tmp_path, '\ufeffid,text\r\n1,"hola,\nqué tal"\r\n2,\r\n'.encode())

    assert read_texts(path) == ["hola,\nqué tal", ""]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"id,message\n1,hola\n", "no column `text`; its first line names: id, message"),
        (b"", "no column `text`; its first line names: none"),
        (b"text\n", "has no rows"),
        ("text\nqué\n".encode("latin-1"), "is not UTF-8"),
        (b'text\n"hola\n', "is no proper CSV"),
    ],
)
def test_a_file_that_cannot_be_replayed_is_refused_in_plain_words(
    tmp_path: Path, content: bytes, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, content)

    assert main([str(path)]) == 2

    said = capsys.readouterr().err
    assert why in said
    assert "hola" not in said


def test_without_a_file_it_is_told_how_to_name_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([""]) == 2

    assert "make replay CSV=" in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="There is no file"):
        read_texts(tmp_path / "nowhere.csv")


class Replayed:
    """Two messages, each with one turn and one reply that the emulator took."""

    def __init__(self) -> None:
        self.sms = as_sms(["uno", "dos"])
        lanes = [uuid.UUID(int=n) for n in (1, 2)]
        self.received = [
            Received(sms.sid, lane, True, "greet", "menu") for sms, lane in zip(self.sms, lanes, strict=True)
        ]
        self.replies = [Reply(f"reply-{lane.int}", lane, MessageStatus.DELIVERED, 0) for lane in lanes]
        self.calls = [
            Call(reply.id, sms.number, "Hola") for reply, sms in zip(self.replies, self.sms, strict=True)
        ]

    def outcome(self) -> Outcome:
        return outcome([sms.sid for sms in self.sms], self.received, self.replies, self.calls)


def test_all_answered_once_is_good() -> None:
    counted = Replayed().outcome()

    assert counted.is_good
    assert (counted.answered_once, counted.turns, counted.recorded) == (2, 2, 2)
    assert counted.intents == {"greet": 2}


def test_a_message_that_was_never_stored_is_lost() -> None:
    replayed = Replayed()
    del replayed.received[0]

    assert replayed.outcome().lost == 1


def test_a_message_without_a_turn_is_lost() -> None:
    replayed = Replayed()
    replayed.received[0] = dataclasses.replace(replayed.received[0], is_handled=False)

    assert replayed.outcome().lost == 1


def test_a_message_whose_answer_never_reached_the_provider_is_lost() -> None:
    replayed = Replayed()
    replayed.replies[0] = dataclasses.replace(replayed.replies[0], status=MessageStatus.FAILED)
    del replayed.calls[0]

    counted = replayed.outcome()

    assert (counted.lost, counted.given_up) == (1, 1)
    assert not counted.is_good


def test_a_reply_sent_twice_is_doubled() -> None:
    replayed = Replayed()
    replayed.calls.append(replayed.calls[0])

    counted = replayed.outcome()

    assert (counted.doubled, counted.repeated) == (1, 0)
    assert not counted.is_good


def test_a_call_of_unknown_outcome_may_be_repeated_once() -> None:
    replayed = Replayed()
    replayed.replies[0] = dataclasses.replace(replayed.replies[0], unknown_outcomes=1)
    replayed.calls.append(replayed.calls[0])

    counted = replayed.outcome()

    assert (counted.doubled, counted.repeated, counted.unknown) == (0, 1, 1)
    assert counted.is_good

    replayed.calls.append(replayed.calls[0])

    assert replayed.outcome().doubled == 1


def test_a_turn_made_twice_is_doubled() -> None:
    replayed = Replayed()
    again = Reply("reply-3", replayed.received[0].conversation_id, MessageStatus.SENT, 0)
    replayed.replies.append(again)
    replayed.calls.append(dataclasses.replace(replayed.calls[0], message_id=again.id))

    assert replayed.outcome().doubled == 1


def test_a_message_stored_twice_is_doubled() -> None:
    replayed = Replayed()
    replayed.received.append(replayed.received[0])

    assert replayed.outcome().doubled == 1


def test_our_id_of_a_reply_is_read_from_its_status_callback() -> None:
    fields = {"To": "+525500000001", "Body": "Hola", "StatusCallback": "http://x/status?message=abc"}

    assert call_of(fields) == Call("abc", "+525500000001", "Hola")


def posting(counted: Outcome, *, is_taken: bool = True) -> Posting:
    return Posting([Acknowledgement("SM1", is_taken, 0.02)], 1.5, counted, {})


def test_a_second_posting_that_changes_anything_is_bad() -> None:
    counted = Replayed().outcome()
    more = dataclasses.replace(counted, recorded=counted.recorded + 1)

    assert is_good(posting(counted), posting(counted))
    assert not is_good(posting(counted), posting(more))
    assert not is_good(posting(counted, is_taken=False), posting(counted))


def test_the_report_holds_codes_and_numbers_only() -> None:
    counted = Replayed().outcome()

    said = report(posting(counted), posting(counted))

    assert "greet" in said
    assert "100.0%" in said
    for secret in ("uno", "dos", "Hola", "+5255"):
        assert secret not in said
