"""One's own account: password and language."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, refresh

from admin import auth
from admin.current import db, me
from admin.forms import LanguageForm, PasswordForm
from core import audit, users
from core.types import Language
from core.users import SignInFailed, User

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/password")
def change_password() -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(password=form), 422
    user = _mine()
    try:
        users.change_password(user, form.current.data or "", form.new.data or "")
    except SignInFailed:
        form.current.errors = [gettext("account.wrong_password")]
        return _page(password=form), 422
    audit.record(db(), user.id, "change_password", "user", user.id)
    auth.start_session(user)
    flash(gettext("account.password_changed"))
    return redirect(url_for(".show"))


@blueprint.post("/language")
def change_language() -> ResponseReturnValue:
    form = LanguageForm()
    if not form.validate_on_submit():
        return _page(language=form), 422
    _mine().language = me().language = Language(form.language.data)
    refresh()
    flash(gettext("cases.saved"))
    return redirect(url_for(".show"))


def _page(password: PasswordForm | None = None, language: LanguageForm | None = None) -> str:
    return render_template(
        "account/show.html",
        password=password or PasswordForm(None),
        language=language or LanguageForm(None, language=me().language),
    )


def _mine() -> User:
    """The row itself: `me()` is a detached copy."""
    return db().get_one(User, me().id)
