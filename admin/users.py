"""Who works with the panel: list, add, change role, shut out, give a new password."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.current import db, me
from admin.errors import Refused
from admin.forms import UserForm
from admin.permissions import may_manage
from core import audit, users
from core.errors import BadRequest, Conflict, NotAllowed, NotFound
from core.types import Language, Role
from core.users import User

blueprint = Blueprint("users", __name__, url_prefix="/users")


@blueprint.get("/")
def everyone() -> ResponseReturnValue:
    return render_template(
        "users/everyone.html", users=users.everyone(db()), roles=_my_roles(), may_change=_may_change
    )


@blueprint.route("/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    form = UserForm()
    form.role.choices = [choice for choice in form.role.choices if Role(choice[0]) in _my_roles()]
    if not form.validate_on_submit():
        return render_template("users/add.html", form=form), 422 if form.errors else 200
    password = users.random_password()
    try:
        user = users.create(db(), form.email.data, password, Role(form.role.data), name=form.name.data)
    except Conflict:
        form.email.errors = [gettext("users.taken")]
        return render_template("users/add.html", form=form), 422
    user.language = Language(form.language.data)
    audit.record(db(), me().id, "add_user", "user", user.id, role=user.role)
    return _tell(user, password)


@blueprint.post("/<uuid:user_id>/role")
def change_role(user_id: uuid.UUID) -> ResponseReturnValue:
    user = _get(user_id)
    try:
        role = Role(request.form.get("role", ""))
    except ValueError as e:
        raise BadRequest("role") from e
    if role not in _my_roles():
        raise NotAllowed("role")
    user.role = role
    audit.record(db(), me().id, "change_role", "user", user.id, role=role)
    flash(gettext("cases.saved"))
    return redirect(url_for(".everyone"))


@blueprint.post("/<uuid:user_id>/active")
def change_active(user_id: uuid.UUID) -> ResponseReturnValue:
    """An admin may shut out anybody at once, focal points too; letting one in again is for focal points."""
    is_active = request.form.get("is_active") == "yes"
    user = _get(user_id, is_shutting_out=not is_active)
    user.is_active = is_active
    audit.record(db(), me().id, "activate_user" if is_active else "deactivate_user", "user", user.id)
    flash(gettext("cases.saved"))
    return redirect(url_for(".everyone"))


@blueprint.post("/<uuid:user_id>/password")
def reset_password(user_id: uuid.UUID) -> ResponseReturnValue:
    user = _get(user_id)
    password = users.reset_password(user)
    audit.record(db(), me().id, "reset_password", "user", user.id)
    return _tell(user, password)


def _get(user_id: uuid.UUID, *, is_shutting_out: bool = False) -> User:
    user = db().get(User, user_id)
    if user is None:
        raise NotFound("user")
    if user.id == me().id:
        raise Refused("refused.yourself")
    if not (user.role in _my_roles() or (is_shutting_out and me().role is Role.ADMIN)):
        raise NotAllowed("user")
    return user


def _my_roles() -> list[Role]:
    """The roles that I may give, and whose accounts I may change."""
    has_focal_point = users.has_focal_point(db())
    return [role for role in Role if may_manage(me(), role, has_focal_point=has_focal_point)]


def _may_change(user: User) -> bool:
    return user.id != me().id and user.role in _my_roles()


def _tell(user: User, password: str) -> ResponseReturnValue:
    """Shown once and stored nowhere; the page is not cached."""
    return render_template("users/password.html", user=user, password=password)
