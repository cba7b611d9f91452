import pytest

from bot.channels.gsm import fold, is_gsm, segments, split

# 3GPP TS 23.038, table 6.2.1, row by row as printed (0x1B is the escape), and the extension table 6.2.1.1
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"


def test_the_alphabet_is_that_of_3gpp() -> None:
    assert len(ALPHABET) == 127

    assert all(is_gsm(character) for character in ALPHABET + EXTENSION)
    assert not any(is_gsm(character) for character in "áíóúÁÍÓÚçªº«»“”–—…`ΑΕ漢🙂")


@pytest.mark.parametrize("character", ALPHABET)
def test_a_character_of_the_alphabet_takes_one_septet(character: str) -> None:
    assert segments(character * 160) == 1
    assert segments(character * 161) == 2


@pytest.mark.parametrize("character", EXTENSION)
def test_a_character_of_the_extension_takes_two_septets(character: str) -> None:
    assert segments(character * 80) == 1
    assert segments(character * 81) == 2


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Información jurídica aquí, según Ángel", "Informacion juridica aqui, segun Angel"),
        ("¿Mañana? ¡Sí! Qué pingüino", "¿Mañana? ¡Si! Qué pingüino"),
        ("“Hola” – dijo… «1.º» ‘ya’", '"Hola" - dijo... "1.o" \'ya\''),
        ("a\u0301rbol", "arbol"),  # the accent as a character of its own
        ("man\u0303ana", "mañana"),  # composed, and then in the alphabet
        ("façade • Nº 5\u00a0km", "facade * No 5 km"),
        ("cero\u200bancho\ufeff", "ceroancho"),
        ("ÁÍÓÚ", "AIOU"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_folding_takes_off_only_what_is_not_in_the_alphabet(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert is_gsm(fold(text))


@pytest.mark.parametrize("text", ["Información 🙂", "مرحبا, información", "ማእከል"])
def test_a_text_that_needs_ucs2_anyway_keeps_its_accents(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 159 + "€", 2),
        # the pair does not fit into the last septet of a part, so it moves on and pushes the rest
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ó" * 70, 1),
        ("ó" * 71, 2),
        ("ó" * 134, 2),
        ("ó" * 135, 3),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("🙂" * 66, 2),
        ("🙂" * 67, 3),  # 33 pairs to a part of 67 units, one unit stays empty
    ],
)
def test_segments_are_counted_as_they_are_billed(text: str, expected: int) -> None:
    assert segments(text) == expected


def test_a_short_text_is_one_message_without_a_number() -> None:
    assert split("  Hola.  ", 1, is_numbered=True) == ["Hola."]


@pytest.mark.parametrize("is_numbered", [False, True])
@pytest.mark.parametrize("max_segments", [1, 2])
@pytest.mark.parametrize("word", ["derecho", "informaci\u00f3n", "€", "{x}", "🙂🙂"])
def test_a_split_loses_no_word_and_each_message_fits(word: str, max_segments: int, is_numbered: bool) -> None:
    text = " ".join(f"{word}{number}" for number in range(200))

    messages = split(text, max_segments, is_numbered=is_numbered)

    assert all(segments(message) <= max_segments for message in messages)
    if is_numbered:
        numbers = [message.split(" ", 1)[0] for message in messages]
        assert numbers == [f"{number}/{len(messages)}" for number in range(1, len(messages) + 1)]
        messages = [message.split(" ", 1)[1] for message in messages]
    assert " ".join(messages) == text
    assert len(messages) > 1


def test_a_split_prefers_the_end_of_a_line() -> None:
    text = "a" * 50 + " " + "b" * 60 + "\n" + "c" * 40 + " " + "d" * 60

    assert split(text, 1) == [text[:111], text[112:]]


def test_a_word_longer_than_a_message_is_cut_between_characters() -> None:
    messages = split("🙂" * 100, 1)

    assert [len(message) for message in messages] == [35, 35, 30]


def test_a_hundred_messages_leave_room_for_their_longer_numbers() -> None:
    messages = split("palabra " * 2200, 1, is_numbered=True)

    assert len(messages) >= 100
    assert all(segments(message) == 1 for message in messages)
