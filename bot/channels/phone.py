"""One way to write a phone number, so that one person is one contact."""

import re

import phonenumbers

OLD_MEXICAN_MOBILE = re.compile(r"\+521(\d{10})")
"""Mexico dropped the 1 of mobile numbers in 2019; networks still show it, and nobody must dial it."""


def e164(text: str, country: str | None = None) -> str | None:
    """`7012 3456` in El Salvador → `+50370123456`; None for a short code, a name, a WhatsApp address."""
    if not re.fullmatch(r"\+?[\d\s().-]{7,24}", text):
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if len(written) < 8:
        return None
    return OLD_MEXICAN_MOBILE.sub(r"+52\1", written)
