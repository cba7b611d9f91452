"""A browser without JavaScript, in which a member of staff is signed in."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from admin import auth
from core.db import now
from core.users import User


class Browser:
    def __init__(self, app: Flask, user: User) -> None:
        self.user = user
        self.client = app.test_client()
        at = now().timestamp()
        with self.client.session_transaction() as session:
            session.update(user=str(user.id), since=at, seen=at, stamp=auth._stamp(user))
        self._token: str | None = None

    def get(self, address: str, **options: Any) -> TestResponse:
        return self.client.get(address, **options)

    def post(self, address: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(address, data={"csrf_token": self.token, **(data or {})}, **options)

    @property
    def token(self) -> str:
        if self._token is None:
            self._token = token_of(self.get("/account/").text)
        return self._token

    def submit(self, address: str, part: str, data: dict[str, str]) -> TestResponse:
        """Open the page, fill in its form whose address ends with `part`, send it with what it has hidden."""
        form = form_of(self.get(address).text, part)
        target = re.search(r'action="([^"]+)"', form)
        assert target, part
        return self.client.post(target[1], data={**hidden_of(form), **data})


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "no form on the page"
    return found[1]


def form_of(page: str, part: str) -> str:
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    return next(form for form in forms if re.search(rf'action="[^"]*{part}"', form))


def hidden_of(form: str) -> dict[str, str]:
    fields = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", form)]
    return {field["name"]: field.get("value", "") for field in fields if field.get("type") == "hidden"}
