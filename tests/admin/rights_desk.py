"""What the tests of rights texts do in the panel: write, press a button, read what people would get."""

import datetime as dt
from collections.abc import Callable
from html import unescape
from typing import Any

from sqlalchemy.orm import Session

from core.db import now
from core.rights import ROOT, items_for, load
from core.rights.current import CurrentRights
from core.types import Language, Role
from tests.admin.browser import Browser
from tests.admin.test_directory_pages import fields_of

FILES = {language: load(ROOT, language) for language in Language}
DEADLINE = "mx-asylum-deadline"
ITEM = f"/rights/items/{DEADLINE}"
SHORT = {"es-short": "Tiene 30 días. Es gratis.", "en-short": "You have 30 days. It is free."}

AsRole = Callable[[Role], Browser]


def form(browser: Browser, address: str = f"{ITEM}/edit", **changes: Any) -> dict[str, Any]:
    """What a browser would send of the page's form, with these fields typed anew."""
    fields = fields_of(browser.get(address).text)
    typed = {name: [unescape(text) for text in texts] for name, texts in fields.items() if name != "preview"}
    return typed | changes


def write(browser: Browser, **changes: Any) -> None:
    assert browser.post(f"{ITEM}/edit", form(browser, **(changes or SHORT))).status_code == 302


def act(browser: Browser, verb: str) -> Any:
    """Presses the button on the item's page, with what the page knows."""
    return browser.submit(ITEM, f"/{verb}", {})


def answers(db: Session, language: Language = Language.SPANISH) -> dict[str, str]:
    """What a bot that starts now would say by SMS on asylum in Mexico, by item."""
    texts = CurrentRights(FILES).texts(db, language)
    return {item.id: item.short_text for item in items_for(texts, "MX", "asylum")}


def new_text() -> dict[str, str]:
    return {
        "es-question": "¿Dónde duermo en El Salvador?",
        "en-question": "Where can I sleep in El Salvador?",
        "es-short": "Pregunte en la alcaldía.",
        "en-short": "Ask at the town hall.",
        "es-full": "Pregunte en la alcaldía de su municipio.",
        "en-full": "Ask at the town hall of your municipality.",
        "es-source": "Alcaldía",
        "en-source": "Town hall",
        "year": "~2026",
        "facts": "SV-HOUSING-01",
        "review_by": (now().date() + dt.timedelta(days=90)).isoformat(),
    }
