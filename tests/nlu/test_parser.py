"""The client against a small HTTP server that answers, delays or breaks as each test needs."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nlu.breaker import FAILURES_TO_OPEN, OPEN_SECONDS, Breaker
from nlu.parser import NluAwayError, Parser
from nlu.understanding import UNKNOWN, Decision

Answer = tuple[int, object]


class FakeNlu(ThreadingHTTPServer):
    """Answers each request by `answer(path, body)`; bytes are sent as they are, anything else as JSON."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.answer: Callable[[str, dict], Answer] = lambda path, body: (200, [])
        self.paths: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: FakeNlu

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.paths.append(self.path)
        status, content = self.server.answer(self.path, body)
        payload = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *args: object) -> None:
        """Quiet."""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def nlu() -> Iterator[FakeNlu]:
    server = FakeNlu()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parser(nlu: FakeNlu, clock: Clock) -> Iterator[Parser]:
    with closing(Parser(nlu.url, timeout=0.2, breaker=Breaker(clock))) as parser:
        yield parser


def parsed(intent: str, confidence: float = 0.9, *, topic: str | None = None, **more: object) -> dict:
    ranked = {"name": intent, "confidence": confidence}
    second = {"name": "greet", "confidence": round((1 - confidence) / 2, 4)}
    return {
        "text": "",
        "intent": ranked,
        "intent_ranking": [ranked | ({"topic": topic} if topic else {}), second],
        "topic": {"name": topic, "confidence": 1.0},
        "entities": [],
        "language": "es",
    } | more


def test_many_texts_are_understood_in_one_call(nlu: FakeNlu, parser: Parser) -> None:
    answers = {"a": parsed("ask_rights", topic="asylum"), "b": parsed("thank")}
    nlu.answer = lambda path, body: (200, [answers[text] for text in body["texts"]])

    first, second = parser.parse(["a", "b"])

    assert nlu.paths == ["/parse"]
    assert (first.intent, first.topic, first.decision, first.language) == (
        "ask_rights",
        "asylum",
        Decision.ACT,
        "es",
    )
    assert (second.intent, second.topic, second.second_intent) == ("thank", None, "greet")


def test_no_texts_need_no_call(nlu: FakeNlu, parser: Parser) -> None:
    assert parser.parse([]) == []
    assert nlu.paths == []


def test_half_a_surrogate_pair_spoils_no_other_text(nlu: FakeNlu, parser: Parser) -> None:
    nlu.answer = lambda path, body: (200, [parsed("thank") for _ in body["texts"]])

    assert [answer.intent for answer in parser.parse(["x \ud800", "y"])] == ["thank", "thank"]


def test_the_first_place_and_the_case_number_are_kept(nlu: FakeNlu, parser: Parser) -> None:
    entities = [
        {"entity": "place", "value": "Tapachula"},
        {"entity": "case_number", "value": "K7PM-4XQ"},
        {"entity": "place", "value": "Tijuana"},
    ]
    nlu.answer = lambda path, body: (200, [parsed("check_case", entities=entities)])

    (understanding,) = parser.parse(["texto"])

    assert (understanding.place, understanding.case_number) == ("Tapachula", "K7PM-4XQ")


def test_a_stock_rasa_is_asked_text_by_text(nlu: FakeNlu, parser: Parser) -> None:
    def stock(path: str, body: dict) -> Answer:
        if path == "/parse":
            return 404, b"Not found"
        name = "find_service/food" if body["text"] == "comida" else None
        return 200, {
            "text": body["text"],
            "intent": {"name": name, "confidence": 0.8 if name else 0.0},
            "entities": [],
        }

    nlu.answer = stock

    food, nothing = parser.parse(["comida", ""])

    assert (food.intent, food.topic, food.decision) == ("find_service", "food", Decision.ACT)
    assert (nothing.intent, nothing.decision) == ("out_of_scope", Decision.MENU)


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>"),
        (200, b"\xff"),
        (200, {"texts": []}),
        (200, []),
        (200, [{"intent": "thank"}]),
        (200, [{"intent": {"name": "thank", "confidence": "much"}}]),
        (200, [None]),
        (200, b"[" * 100_000),
        (500, {"message": "parse failed"}),
        (302, b""),
    ],
)
def test_a_bad_answer_leaves_the_words_to_speak(nlu: FakeNlu, parser: Parser, answer: Answer) -> None:
    nlu.answer = lambda path, body: answer

    (understanding,) = parser.parse(["necesito asilo"])

    assert (understanding.intent, understanding.topic, understanding.decision) == (
        "ask_rights",
        "asylum",
        Decision.OFFER,
    )


def test_a_slow_server_is_not_waited_for(nlu: FakeNlu, parser: Parser) -> None:
    answered = threading.Event()
    nlu.answer = lambda path, body: (answered.wait(20), (200, [parsed("ask_rights")]))[1]

    (understanding,) = parser.parse(["gracias"])

    answered.set()
    assert (understanding.intent, understanding.decision) == ("thank", Decision.OFFER)


def test_nobody_listening_is_no_error(clock: Clock) -> None:
    with closing(Parser("http://127.0.0.1:1", breaker=Breaker(clock))) as parser:
        assert parser.parse(["asdfgh"]) == [UNKNOWN]


def test_the_failure_log_holds_no_text(
    nlu: FakeNlu, parser: Parser, caplog: pytest.LogCaptureFixture
) -> None:
    nlu.answer = lambda path, body: (200, b"zanahoria")

    parser.parse(["zanahoria secreta"])

    assert "nlu away" in caplog.text
    assert "zanahoria" not in caplog.text


def test_after_three_failures_the_server_is_left_in_peace(nlu: FakeNlu, parser: Parser) -> None:
    nlu.answer = lambda path, body: (500, {})
    for _ in range(FAILURES_TO_OPEN):
        parser.parse(["hola"])

    parser.parse(["hola"])

    assert len(nlu.paths) == FAILURES_TO_OPEN
    assert parser.is_away


def test_one_trial_after_ten_seconds_closes_the_breaker_again(
    nlu: FakeNlu, parser: Parser, clock: Clock
) -> None:
    nlu.answer = lambda path, body: (500, {})
    for _ in range(FAILURES_TO_OPEN):
        parser.parse(["hola"])

    nlu.answer = lambda path, body: (200, [parsed("greet")])
    clock.now += OPEN_SECONDS

    assert parser.parse(["x"])[0].confidence == 0.9
    assert not parser.is_away


def test_a_failed_trial_opens_the_breaker_for_another_round(
    nlu: FakeNlu, parser: Parser, clock: Clock
) -> None:
    nlu.answer = lambda path, body: (500, {})
    for _ in range(FAILURES_TO_OPEN):
        parser.parse(["hola"])

    clock.now += OPEN_SECONDS
    parser.parse(["hola"])
    parser.parse(["hola"])

    assert len(nlu.paths) == FAILURES_TO_OPEN + 1


def test_only_one_caller_makes_the_trial(clock: Clock) -> None:
    breaker = Breaker(clock)
    for _ in range(FAILURES_TO_OPEN):
        breaker.failure()
    clock.now += OPEN_SECONDS

    assert [breaker.allows() for _ in range(3)] == [True, False, False]


def test_failures_must_follow_each_other_to_open_the_breaker(nlu: FakeNlu, parser: Parser) -> None:
    for status in (500, 500, 200, 500, 500):
        nlu.answer = lambda path, body, status=status: (status, [parsed("greet")])
        parser.parse(["x"])

    assert not parser.is_away


def test_threads_share_one_parser(nlu: FakeNlu, parser: Parser) -> None:
    nlu.answer = lambda path, body: (200, [parsed("thank", text=text) for text in body["texts"]])
    results: list[list] = []
    threads = [threading.Thread(target=lambda: results.append(parser.parse(["x"] * 5))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(result) for result in results] == [5] * 8


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("BAJA", "unsubscribe"),
        ("español", "change_language"),
        ("no", "deny"),
        ("he locked me in", "emergency"),
    ],
)
def test_sure_words_win_over_the_model_and_without_it(
    nlu: FakeNlu, parser: Parser, text: str, intent: str
) -> None:
    nlu.answer = lambda path, body: (200, [parsed("take_survey", 0.6)])
    (with_model,) = parser.parse([text])
    nlu.answer = lambda path, body: (500, {})
    (without,) = parser.parse([text])

    assert (with_model.intent, with_model.decision, with_model.second_intent) == (
        intent,
        Decision.ACT,
        "take_survey",
    )
    assert (without.intent, without.decision) == (intent, Decision.ACT)


@pytest.mark.parametrize(
    ("danger", "intent"),
    [(0.9, "emergency"), (0.002, "emergency"), (0.0002, "out_of_scope")],
)
def test_words_of_danger_are_overruled_only_by_a_model_that_is_sure(
    nlu: FakeNlu, parser: Parser, danger: float, intent: str
) -> None:
    nlu.answer = lambda path, body: (200, [parsed("out_of_scope", danger=danger)])

    (understanding,) = parser.parse(["hay un hombre con un cuchillo en la puerta"])

    assert understanding.intent == intent


def test_words_of_danger_count_fully_beside_a_stock_rasa(nlu: FakeNlu, parser: Parser) -> None:
    nlu.answer = lambda path, body: (200, [parsed("out_of_scope")])

    (understanding,) = parser.parse(["hay un hombre con un cuchillo en la puerta"])

    assert (understanding.intent, understanding.decision) == ("emergency", Decision.ACT)


def test_asking_instead_of_parsing_tells_of_failure(nlu: FakeNlu, parser: Parser) -> None:
    nlu.answer = lambda path, body: (200, [])

    with pytest.raises(NluAwayError, match="bad answer"):
        parser.ask(["hola"])


def test_vectors_come_in_one_call(nlu: FakeNlu, parser: Parser) -> None:
    nlu.answer = lambda path, body: (200, [[0.6, len(text)] for text in body["texts"]])

    assert parser.vectors(["a", "b" * 9]) == [[0.6, 1.0], [0.6, 9.0]]
    assert parser.vectors([]) == []
    assert nlu.paths == ["/vectors"]


def test_a_server_without_vectors_is_not_away(nlu: FakeNlu, parser: Parser) -> None:
    nlu.answer = lambda path, body: (404, b"Not found")

    for _ in range(FAILURES_TO_OPEN):
        assert parser.vectors(["a"]) is None

    assert not parser.is_away


@pytest.mark.parametrize("answer", [(500, {}), (200, []), (200, b"<html>"), (200, [["much"]]), (200, [7])])
def test_failures_of_vectors_open_the_same_breaker(nlu: FakeNlu, parser: Parser, answer: Answer) -> None:
    nlu.answer = lambda path, body: answer

    for _ in range(FAILURES_TO_OPEN):
        assert parser.vectors(["a"]) is None

    assert parser.is_away
    assert parser.vectors(["a"]) is None
    assert len(nlu.paths) == FAILURES_TO_OPEN
