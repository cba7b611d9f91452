"""The language of a page: the user's own, else the one asked for on the sign-in page, else the browser's."""

from flask import request

from admin.current import is_signed_in, me
from core.types import Language

PARAMETER = "lang"


def choose() -> str:
    if is_signed_in():
        return me().language.value
    asked = request.args.get(PARAMETER)
    languages = [language.value for language in Language]
    if asked in languages:
        return asked
    return request.accept_languages.best_match(languages) or Language.SPANISH.value
