"""The forms of the panel; their labels and complaints are in the catalogue."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, EqualTo, Length, NumberRange, ValidationError

from core.types import CaseStatus, Language, Role
from core.users import MIN_PASSWORD

MAX_ANSWER = 1500
"""Ten segments of SMS hold 1,530 characters of GSM-7; longer answers belong in several messages."""

MAX_NOTE = 5000


def _needed() -> DataRequired:
    return DataRequired(lazy_gettext("form.needed"))


def _at_most(characters: int) -> Length:
    return Length(max=characters, message=lazy_gettext("form.too_long"))


def choices(values: Iterable[str], group: str) -> list[tuple[str, str]]:
    return [(value, gettext(f"{group}.{value}")) for value in values]


class SignInForm(FlaskForm):
    email = EmailField(
        lazy_gettext("sign_in.email"), [_needed(), _at_most(254)], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        lazy_gettext("sign_in.password"),
        [_needed(), _at_most(200)],
        render_kw={"autocomplete": "current-password"},
    )


class TextForm(FlaskForm):
    """A text for a person, and what the writer had on the screen when it was written."""

    text = TextAreaField(
        lazy_gettext("answer.text"), [_needed(), _at_most(MAX_ANSWER)], render_kw={"rows": 4}
    )
    seen = IntegerField(validators=[NumberRange(min=0)], widget=HiddenField.widget)


class AnswerForm(TextForm):
    then = SelectField(lazy_gettext("answer.then"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.then.choices = choices(("answered", "closed"), "answer.then")


class NoteForm(FlaskForm):
    text = TextAreaField(lazy_gettext("note.text"), [_needed(), _at_most(MAX_NOTE)], render_kw={"rows": 3})


class StatusForm(FlaskForm):
    status = SelectField(lazy_gettext("cases.status"))
    seen = IntegerField(validators=[NumberRange(min=0)], widget=HiddenField.widget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status.choices = choices((CaseStatus.IN_PROGRESS, CaseStatus.CLOSED), "case_status")


class AssignForm(FlaskForm):
    assignee = SelectField(lazy_gettext("cases.assignee"))
    seen = IntegerField(validators=[NumberRange(min=0)], widget=HiddenField.widget)


class ReferForm(FlaskForm):
    organization = SelectField(lazy_gettext("refer.organization"), [_needed()])
    note = TextAreaField(lazy_gettext("refer.note"), [_needed(), _at_most(MAX_NOTE)], render_kw={"rows": 3})
    seen = IntegerField(validators=[NumberRange(min=0)], widget=HiddenField.widget)


class UserForm(FlaskForm):
    name = StringField(lazy_gettext("users.name"), [_needed(), _at_most(100)])
    email = EmailField(lazy_gettext("sign_in.email"), [_needed(), _at_most(254)])
    role = SelectField(lazy_gettext("users.role"))
    language = SelectField(lazy_gettext("account.language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = choices(Role, "role")
        self.language.choices = choices(Language, "language")

    def validate_email(self, field: EmailField) -> None:
        name, at, domain = (field.data or "").strip().partition("@")
        if not (name and at and "." in domain) or " " in name + domain:
            raise ValidationError(gettext("form.email"))


class PasswordForm(FlaskForm):
    current = PasswordField(
        lazy_gettext("account.current_password"),
        [_needed(), _at_most(200)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        lazy_gettext("account.new_password"),
        [
            _needed(),
            _at_most(200),
            Length(min=MIN_PASSWORD, message=lazy_gettext("form.password_short", minimum=MIN_PASSWORD)),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("account.password_again"),
        [EqualTo("new", lazy_gettext("form.password_differs"))],
        render_kw={"autocomplete": "new-password"},
    )


class LanguageForm(FlaskForm):
    language = SelectField(lazy_gettext("account.language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = choices(Language, "language")
