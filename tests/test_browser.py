"""In a real browser: staff answer a complaint that came in by Telegram; a person talks to the simulator."""

import os
import re
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core import users
from core.db import transaction
from core.types import Role
from tests.stack_fixture import TelegramPhone, Town

pytestmark = [pytest.mark.browser, pytest.mark.nlu]

CHROMIUM = shutil.which("chromium")
QUIET = [  # nothing that calls home
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EMAIL, PASSWORD = "ana@municipio.example", "el puente viejo"
ANSWER = "Ya hablamos con la oficina: la cita es gratis. Vuelva el lunes y pregunte por Ana."


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        missing = "this machine has no Chromium (apt-get install chromium)"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def staff(town: Town) -> None:
    with transaction(town.stack.sessions) as session:
        if not session.query(users.User).filter_by(email=EMAIL).first():
            users.create(session, EMAIL, PASSWORD, Role.AGENT, name="Ana")


def open_page(chromium: Browser, address: str, *, has_script: bool = True) -> tuple[Page, list[str]]:
    """The page, and what went wrong in it: errors, and requests to anybody else."""
    page = chromium.new_context(locale="es-MX", java_script_enabled=has_script).new_page()
    wrongs: list[str] = []
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on("console", lambda said: wrongs.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda request: None if urlsplit(request.url).hostname == "127.0.0.1" else wrongs.append(request.url),
    )
    page.goto(address)
    return page, wrongs


def complain(phone: TelegramPhone) -> str:
    """By Telegram, from the first word on, by buttons, so that no model has a say; returns the number of the
    case."""
    phone.writes("/start")
    phone.hears("¿En qué idioma")
    phone.presses("Español")
    phone.hears("¿Qué necesita?")
    phone.presses("Poner una queja")
    phone.hears("¿Sobre qué es su queja?")
    phone.presses("Me pidieron dinero")
    phone.hears("Cuéntenos qué pasó")
    phone.writes("En la ventanilla me cobraron por la cita")
    phone.hears("¿En qué ciudad o municipio?")
    phone.writes("Tapachula")
    phone.hears("¿Quiere que le respondamos por aquí?")
    phone.presses("Sí")
    opened = re.search(r"con el número (\S+)\. ", phone.hears("quedó registrada"))
    assert opened
    return opened[1]


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_answer_to_a_complaint_reaches_the_person_who_complained(
    town: Town, chromium: Browser, has_script: bool
) -> None:
    phone = TelegramPhone(town.telegram, 8001 + has_script)
    number = complain(phone)

    page, wrongs = open_page(chromium, town.stack.admin_url, has_script=has_script)
    page.get_by_label("Correo electrónico").fill(EMAIL)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.get_by_role("link", name="Casos").first.click()
    page.get_by_role("link", name=number).first.click()
    expect(page.get_by_role("heading", name=number)).to_be_visible()
    expect(page.get_by_text("En la ventanilla me cobraron por la cita").first).to_be_visible()
    page.locator("#answer").get_by_label("Mensaje").fill(ANSWER)
    page.get_by_role("button", name="Enviar respuesta").click()
    expect(page.locator("#timeline").locator("..")).to_contain_text(ANSWER)

    assert phone.hears(ANSWER)
    assert wrongs == []


def test_somebody_writes_to_the_simulator_and_presses_a_button(town: Town, chromium: Browser) -> None:
    page, wrongs = open_page(chromium, f"{town.stack.url}/simulator/")
    answers = page.locator(".bubble:not(.mine)")

    page.locator("#text").fill("hola")
    page.locator("#composer .send").click()
    button = page.locator(".choices button").first
    expect(button).to_be_visible(timeout=20_000)
    before = answers.count()
    label = button.inner_text()
    button.click()

    expect(page.locator(".bubble.mine").last).to_contain_text(label)
    expect(answers.nth(before)).to_be_visible(timeout=20_000)
    assert wrongs == []
