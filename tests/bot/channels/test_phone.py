import pytest

from bot.channels.phone import e164


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        ("+50370123456", None, "+50370123456"),
        ("+503 7012-3456", None, "+50370123456"),
        ("7012 3456", "SV", "+50370123456"),
        ("(55) 1234-5678", "MX", "+525512345678"),
        ("+525512345678", None, "+525512345678"),
        ("+5215512345678", None, "+525512345678"),  # the old form is the same person
        ("+501 600 1234", None, "+5016001234"),
        ("70123456", None, None),
        ("22395", None, None),
        ("911", "MX", None),
        ("whatsapp:+50370123456", None, None),
        ("Claro", "HN", None),
        ("", None, None),
        ("+5037012345670123456789012345", None, None),
    ],
)
def test_a_number_is_written_in_one_way(written: str, country: str | None, expected: str | None) -> None:
    assert e164(written, country) == expected
