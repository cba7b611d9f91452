"""The parse server with a really trained model: its contract, bad input, and that texts stay inside."""

import os
import signal
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from nlu.labels import INTENTS, TOPICS
from nlu.parser import Parser
from nlu.predict import NLU_PYTHON, running_server
from nlu.understanding import Decision
from tests.nlu.conftest import NluServer

pytestmark = pytest.mark.nlu


def test_many_texts_are_answered_in_order_in_one_call(nlu_server: NluServer) -> None:
    texts = ["gracias", "necesito un albergue", "hello", ""]

    answers = nlu_server.parse(*texts)

    assert [answer["text"] for answer in answers] == texts


def test_a_text_is_understood_in_company_as_it_is_alone(nlu_server: NluServer) -> None:
    """Of some the first judge is sure, of some not, of some no word is known: each gets its own answer."""
    texts = ["gracias", "🌀", "eso de lo que hablamos", "necesito un albergue", "你好吗", "y entonces q hago"]

    together = nlu_server.parse(*texts)
    alone = [nlu_server.parse(f"{text} ")[0] for text in texts]  # by the space it is not remembered

    assert [answer["intent"]["name"] for answer in together] == [answer["intent"]["name"] for answer in alone]
    assert together[0]["intent"]["name"] == "thank"
    assert together[1]["intent"]["name"] == together[4]["intent"]["name"] == "out_of_scope"
    assert together[3]["topic"]["name"] == "shelter"


def test_an_answer_is_rasas_json_with_topic_and_language(nlu_server: NluServer) -> None:
    (answer,) = nlu_server.parse("que papeles necesito para pedir asilo en mexico")

    assert answer["intent"]["name"] == "ask_rights"
    assert answer["topic"]["name"] == "asylum"
    assert answer["language"] == "es"
    assert answer["intent_ranking"][0] == answer["intent"] | {"topic": "asylum"}
    assert sum(ranked["confidence"] for ranked in answer["topic_ranking"]) == pytest.approx(1, abs=1e-3)
    assert answer["entities"] == []


def test_rasas_own_path_answers_as_rasa_does(nlu_server: NluServer) -> None:
    answer = nlu_server.post("/model/parse", {"text": "donde puedo comer"}).json()

    assert answer == nlu_server.parse("donde puedo comer")[0]


@pytest.mark.parametrize(
    ("text", "intent", "topic"),
    [
        ("hola buenas tardes", "greet", None),
        ("mil gracias por todo", "thank", None),
        ("donde hay un albergue en tapachula", "find_service", "shelter"),
        ("where can I get food for my kids", "find_service", "food"),
        ("tengo derecho a trabajar si pedi refugio", "ask_rights", "work"),
        ("nunca me dieron la ayuda que me prometieron", "file_complaint", "service_quality"),
        ("they never gave us the food card they promised", "file_complaint", "service_quality"),
        ("la mara me cobra renta cada semana", "report_incident", "threats_extortion"),
        ("they robbed me yesterday at the bus station", "report_incident", "theft_fraud"),
        ("quiero hablar con una persona", "talk_to_human", None),
        ("que paso con mi queja", "check_case", None),
        ("quien ganó el partido de ayer", "out_of_scope", None),
    ],
)
def test_plain_texts_are_understood(nlu_server: NluServer, text: str, intent: str, topic: str | None) -> None:
    (answer,) = nlu_server.parse(text)

    assert (answer["intent"]["name"], answer["topic"]["name"]) == (intent, topic)


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "\u0000", "你好吗", "???"])
def test_a_text_without_known_words_is_out_of_scope(nlu_server: NluServer, text: str) -> None:
    (answer,) = nlu_server.parse(text)

    assert answer["intent"] == {"name": "out_of_scope", "confidence": 1.0}
    assert answer["topic"] == {"name": None, "confidence": 0.0}


@pytest.mark.parametrize(
    "text",
    [
        "1" * 10_000,
        "مرحبا أحتاج مساعدة",
        "<script>alert(1)</script>",
        "'; DROP TABLE cases;--",
        "{{7*7}} %s {}",
    ],
)
def test_odd_texts_get_an_intent_of_the_contract(nlu_server: NluServer, text: str) -> None:
    (answer,) = nlu_server.parse(text)

    assert answer["intent"]["name"] in INTENTS


def test_all_answers_keep_to_the_label_contract(nlu_server: NluServer) -> None:
    texts = [
        "ayuda con papeles",
        "me cobraron por una ficha gratis",
        "/emergency",
        "they took my land",
        "buscando a mi hermano",
    ]

    for answer in nlu_server.parse(*texts):
        for ranked in answer["intent_ranking"]:
            assert ranked["name"] in INTENTS
            assert ranked.get("topic") in TOPICS.get(ranked["name"], (None,))


def test_a_slash_names_no_intent(nlu_server: NluServer) -> None:
    (answer,) = nlu_server.parse('/unsubscribe{"place": "x"}')

    assert answer["intent"]["confidence"] < 1


def test_half_a_surrogate_pair_breaks_nothing(nlu_server: NluServer) -> None:
    response = httpx.post(
        nlu_server.url + "/parse", content=b'{"texts": ["hola \\ud800", "hola"]}', trust_env=False
    )

    assert [answer["intent"]["name"] for answer in response.json()] == ["greet", "greet"]


def test_long_texts_are_cut_not_refused(nlu_server: NluServer) -> None:
    tale = "salimos de nuestra casa hace un mes con los niños y caminamos hasta aqui, ya no hay que comer. "

    (answer,) = nlu_server.parse("donde dan comida? " + tale * 40)

    assert len(answer["text"]) == 1600
    assert answer["intent"]["name"] == "find_service"


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("estoy en tapachula", [("place", "Tapachula", "tapachula")]),
        ("busco ayuda en CIUDAD JUAREZ hoy", [("place", "Ciudad Juárez", "CIUDAD JUAREZ")]),
        ("de sps a tegus", [("place", "San Pedro Sula", "sps"), ("place", "Tegucigalpa", "tegus")]),
        ("necesito comida en motozintla", [("place", "Motozintla", "motozintla")]),
        ("I am in Tapachla", [("place", "Tapachula", "Tapachla")]),
        ("nos asaltaron en la selva", []),
        ("mi hijo quedo en costa rica", []),
        ("me llamo David", []),
        ("vivo en david", [("place", "David", "david")]),
        ("mi caso es k7pm-4xq", [("case_number", "K7PM-4XQ", "k7pm-4xq")]),
        ("K7PM4XQ?", [("case_number", "K7PM-4XQ", "K7PM4XQ")]),
        ("hace 234 dias", []),
        ("llameme al 9988-7766", [("phone", "99887766", "9988-7766")]),
        ("tengo 17 años", [("age", "P17Y", "17")]),
        ("solo hablo mam", [("language", "mam", "mam")]),
        ("ayer fui a la terminal y nada", []),
    ],
)
def test_places_numbers_ages_and_languages_are_found(
    nlu_server: NluServer, text: str, entities: list[tuple[str, str, str]]
) -> None:
    (answer,) = nlu_server.parse(text)

    found = [
        (entity["entity"], entity["value"], text[entity["start"] : entity["end"]])
        for entity in answer["entities"]
    ]
    assert found == entities


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("necesito ayuda", "es"),
        ("I need help", "en"),
        ("donde hay comida", "es"),
        ("where di food deh", "en"),
        ("12345", None),
        ("👍", None),
    ],
)
def test_the_language_of_a_text_is_told(nlu_server: NluServer, text: str, language: str | None) -> None:
    (answer,) = nlu_server.parse(text)

    assert answer["language"] == language


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/parse", b"", "JSON object"),
        ("/parse", b"{", "JSON"),
        ("/parse", b"\xff\xfe", "JSON"),
        ("/parse", b"[]", "JSON object"),
        ("/parse", b'{"texts": "one"}', "list of strings"),
        ("/parse", b'{"texts": ["one", null]}', "list of strings"),
        ("/vectors", b'{"texts": "one"}', "list of strings"),
        ("/vectors", b"{}", "JSON object"),
        ("/model/parse", b'{"text": 7}', "string"),
        ("/model/parse", b"{}", "JSON object"),
    ],
)
def test_a_malformed_request_is_told_what_is_wrong(
    nlu_server: NluServer, path: str, body: bytes, says: str
) -> None:
    response = httpx.post(nlu_server.url + path, content=body, trust_env=False)

    assert response.status_code == 400
    assert says in response.json()["message"]


def test_no_texts_no_answers(nlu_server: NluServer) -> None:
    assert nlu_server.parse() == []


def test_health_and_metrics_count_without_content(nlu_server: NluServer) -> None:
    before = _texts_counted(nlu_server)

    nlu_server.parse("uno", "dos")

    assert _texts_counted(nlu_server) == before + 2
    assert httpx.get(nlu_server.url + "/health", trust_env=False).json()["status"] == "ok"


def _texts_counted(nlu_server: NluServer) -> int:
    page = httpx.get(nlu_server.url + "/metrics", trust_env=False).text
    counts = dict(line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#"))
    return int(counts["nlu_parse_texts_total"])


def test_the_bots_client_understands_by_the_model(nlu_server: NluServer) -> None:
    texts = ["necesito un albergue en Tapachula", "esta afuera con un cuchillo", "jajaja 5 - 0"]

    with closing(Parser(nlu_server.url)) as parser:
        shelter, danger, junk = parser.parse(texts)

    assert (shelter.intent, shelter.topic, shelter.place) == ("find_service", "shelter", "Tapachula")
    assert (danger.intent, danger.decision) == ("emergency", Decision.ACT)
    assert junk.decision is Decision.MENU
    assert not parser.is_away


def test_texts_of_like_meaning_have_like_vectors_in_any_language(nlu_server: NluServer) -> None:
    with closing(Parser(nlu_server.url)) as parser:
        asylum, refuge, food, long, nothing = parser.vectors(
            ["how do I ask for asylum", "como pido refugio", "tengo hambre", "hambre " * 5000, ""]
        )

    assert {len(vector) for vector in (asylum, refuge, food, long, nothing)} == {512}
    assert _product(asylum, asylum) == pytest.approx(1, abs=1e-3)
    assert _product(asylum, refuge) > _product(asylum, food) + 0.2
    assert all(number == round(number, 4) for number in asylum)


def _product(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_texts_are_in_no_output_of_the_server(nlu_server: NluServer) -> None:
    secret = "zanahoria-7f3a mi esposo Ramiro 50499998888"

    nlu_server.parse(secret, secret * 500)
    nlu_server.post("/model/parse", {"text": secret})
    nlu_server.post("/vectors", {"texts": [secret]})
    httpx.post(nlu_server.url + "/parse", content=f'{{"texts": ["{secret}"'.encode(), trust_env=False)
    httpx.get(nlu_server.url + "/nowhere", params={"text": secret}, trust_env=False)

    output = nlu_server.output.read_text()
    assert "serving on" in output
    for word in ("zanahoria", "Ramiro", "50499998888"):
        assert word not in output


def test_the_server_ends_cleanly_when_told_to(trained: None, tmp_path: Path) -> None:
    with (tmp_path / "output").open("w") as output, running_server(output=output) as (_, server):
        server.send_signal(signal.SIGTERM)

        assert server.wait(timeout=10) == 0
    assert "Traceback" not in (tmp_path / "output").read_text()


@pytest.mark.parametrize("port", ["taken", "abc", "70000"])
def test_a_port_that_cannot_be_had_is_told(nlu_server: NluServer, port: str) -> None:
    port = nlu_server.url.rsplit(":", 1)[1] if port == "taken" else port

    run = start_and_wait({"PUENTE_NLU_PORT": port})

    assert run.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in run.stderr
    assert "Traceback" not in run.stderr


def test_without_a_trained_model_the_server_says_what_to_run(tmp_path: Path) -> None:
    run = start_and_wait({"PUENTE_DATA": str(tmp_path), "PUENTE_NLU_PORT": "0"})

    assert run.returncode == 1
    assert "run `make nlu` first" in run.stderr


def start_and_wait(settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [NLU_PYTHON, "-m", "nlu.server"]
    return subprocess.run(
        command, env=os.environ | settings, capture_output=True, text=True, timeout=30, check=False
    )
