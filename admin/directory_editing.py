"""The directory: adding and changing organizations, services and their places."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from admin.current import db, me
from admin.directory_forms import OrganizationForm, PlaceForm, ServiceForm, place_data, service_data
from core import audit
from core.db import uuid7
from core.directory import Service, editing, records
from core.directory.editing import Saved
from core.directory.records import Entry, PlaceRecord
from core.errors import Conflict, NotFound

blueprint = Blueprint("directory_editing", __name__, url_prefix="/directory")


@blueprint.route("/organizations/new", methods=["GET", "POST"])
def add_organization() -> ResponseReturnValue:
    return _organization(OrganizationForm(), Entry("organization", uuid7(), {}), is_new=True)


@blueprint.route("/organizations/<uuid:organization_id>/edit", methods=["GET", "POST"])
def edit_organization(organization_id: uuid.UUID) -> ResponseReturnValue:
    row = editing.organization(db(), organization_id)
    form = OrganizationForm(data=records.of_organization(row))
    return _organization(form, Entry("organization", row.id, {}), is_new=False)


def _organization(form: OrganizationForm, entry: Entry, *, is_new: bool) -> ResponseReturnValue:
    saved = None
    if form.validate_on_submit():
        entry.values = form.values()
        saved = editing.save_organization(db(), entry)
        if not saved.problems:
            if is_new:
                _record("add_organization", entry, saved)
            else:
                _record("edit_organization", entry, saved)
            return _done("directory.organization", organization_id=entry.id)
    return _shown("directory/organization_form.html", form, saved, is_new=is_new)


@blueprint.route("/organizations/<uuid:organization_id>/services/new", methods=["GET", "POST"])
def add_service(organization_id: uuid.UUID) -> ResponseReturnValue:
    organization = editing.organization(db(), organization_id)
    form = ServiceForm(data={"country": organization.country})
    entry = Entry("service", uuid7(), {"organization_id": organization.id, "status": "active"})
    return _service(form, entry, {}, is_new=True)


@blueprint.route("/services/<uuid:service_id>/edit", methods=["GET", "POST"])
def edit_service(service_id: uuid.UUID) -> ResponseReturnValue:
    row = editing.service(db(), service_id)
    old = records.of_service(row)
    form = ServiceForm(data=old | service_data(old) | {"seen": row.last_modified.isoformat()})
    _refuse_stale(row, form)
    return _service(form, Entry("service", row.id, {}), old, is_new=False)


def _service(form: ServiceForm, entry: Entry, old: dict[str, Any], *, is_new: bool) -> ResponseReturnValue:
    saved = None
    if form.validate_on_submit():
        entry.values |= form.values(old)
        saved = editing.save_service(db(), entry)
        if not saved.problems:
            if is_new:
                _record("add_service", entry, saved)
            else:
                _record("edit_service", entry, saved)
            return _done("directory.service", service_id=entry.id)
    return _shown("directory/service_form.html", form, saved, is_new=is_new)


@blueprint.route("/services/<uuid:service_id>/places/new", methods=["GET", "POST"])
def add_place(service_id: uuid.UUID) -> ResponseReturnValue:
    row = editing.service(db(), service_id)
    form = PlaceForm(data={"country": row.country, "seen": row.last_modified.isoformat()})
    return _place(form, row, None)


@blueprint.route("/services/<uuid:service_id>/places/<uuid:place_id>", methods=["GET", "POST"])
def edit_place(service_id: uuid.UUID, place_id: uuid.UUID) -> ResponseReturnValue:
    row = editing.service(db(), service_id)
    old = _place_of(row, place_id)
    data = place_data(old) | {"seen": row.last_modified.isoformat()}
    return _place(PlaceForm(data=data), row, old)


@blueprint.post("/services/<uuid:service_id>/places/<uuid:place_id>/remove")
def remove_place(service_id: uuid.UUID, place_id: uuid.UUID) -> ResponseReturnValue:
    row = editing.service(db(), service_id)
    old = _place_of(row, place_id)
    _save_places(row, tuple(place for place in records.of_service(row)["places"] if place != old))
    return _done("directory.service", service_id=row.id)


def _place(form: PlaceForm, row: Service, old: PlaceRecord | None) -> ResponseReturnValue:
    _refuse_stale(row, form)
    saved = None
    if form.validate_on_submit():
        kept = tuple(place for place in records.of_service(row)["places"] if place != old)
        saved = _save_places(row, (*kept, form.record(old)))
        if not saved.problems:
            return _done("directory.service", service_id=row.id)
    return _shown("directory/place_form.html", form, saved, service=row, place=old)


def _save_places(row: Service, places: tuple[PlaceRecord, ...]) -> Saved:
    entry = Entry("service", row.id, {"places": records.in_order(places)})
    saved = editing.save_service(db(), entry)
    if not saved.problems:
        _record("edit_service", entry, saved)
    return saved


def _record(action: str, entry: Entry, saved: Saved) -> None:
    audit.record(db(), me().id, action, entry.kind, entry.id, fields=",".join(saved.fields))


def _place_of(row: Service, place_id: uuid.UUID) -> PlaceRecord:
    found = (place for place in records.of_service(row)["places"] if place.id == place_id)
    place: PlaceRecord | None = next(found, None)
    if place is None:
        raise NotFound("place")
    return place


def _refuse_stale(row: Service, form: FlaskForm) -> None:
    """The form was made from an older state: its writer has not seen what somebody else changed since."""
    if request.method == "POST" and form["seen"].data != row.last_modified.isoformat():
        raise Conflict("stale form")


def _shown(template: str, form: FlaskForm, saved: Saved | None, **more: Any) -> ResponseReturnValue:
    problems = saved.problems if saved else []
    page = render_template(template, form=form, problems=problems, **more)
    return page, 422 if problems or form.errors else 200


def _done(endpoint: str, **values: Any) -> ResponseReturnValue:
    flash(gettext("cases.saved"))
    return redirect(url_for(endpoint, **values))
