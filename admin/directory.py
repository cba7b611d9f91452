"""The directory: looking through services and organizations, verifying them, telling that one is closed."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.current import db, me
from admin.forms import choices
from core import audit, audit_log, users
from core.db import now
from core.directory import Service, editing, listing, records
from core.directory.checks import PLACES
from core.directory.records import STATUSES
from core.errors import BadRequest
from core.rights.check import NEEDS

blueprint = Blueprint("directory", __name__, url_prefix="/directory")

STALE = "stale"
"""Value of the filter `verified` for what nobody has verified for half a year."""


@blueprint.get("/")
def services() -> ResponseReturnValue:
    filters = listing.Filters(
        text=request.args.get("text", "").strip()[:100],
        country=_one_of(PLACES, "country"),
        need=_one_of(NEEDS, "need"),
        status=_one_of(STATUSES, "status"),
        is_stale=request.args.get("verified") == STALE,
    )
    return render_template(
        "directory/services.html",
        page=listing.services(db(), filters, _after()),
        asked={name: value for name, value in request.args.items() if value and name != "after"},
        countries=choices(PLACES, "country"),
        needs=choices(NEEDS, "need"),
        statuses=choices(STATUSES, "service_status"),
        stale_count=listing.stale_count(db()),
        is_stale=is_stale,
    )


@blueprint.get("/organizations")
def organizations() -> ResponseReturnValue:
    text = request.args.get("text", "").strip()[:100]
    return render_template(
        "directory/organizations.html",
        page=listing.organizations(db(), text, _one_of(PLACES, "country"), _after()),
        asked={name: value for name, value in request.args.items() if value and name != "after"},
        countries=choices(PLACES, "country"),
        stale_count=listing.stale_count(db()),
    )


@blueprint.get("/organizations/<uuid:organization_id>")
def organization(organization_id: uuid.UUID) -> ResponseReturnValue:
    row = editing.organization(db(), organization_id)
    found = sorted(row.services, key=lambda service: service.name)
    return render_template("directory/organization.html", organization=row, services=found, is_stale=is_stale)


@blueprint.get("/services/<uuid:service_id>")
def service(service_id: uuid.UUID) -> ResponseReturnValue:
    row = editing.service(db(), service_id)
    return render_template(
        "directory/service.html",
        service=row,
        values=records.of_service(row),
        is_stale=is_stale(row),
        notes=row.organization.attributes + row.attributes,
        statuses=choices(STATUSES, "service_status"),
        changes=audit_log.of_object(db(), "service", row.id),
        names={user.id: user.name for user in users.everyone(db())},
    )


@blueprint.post("/services/<uuid:service_id>/verify")
def verify(service_id: uuid.UUID) -> ResponseReturnValue:
    row = editing.service(db(), service_id)
    editing.verify(row)
    audit.record(db(), me().id, "verify_service", "service", row.id)
    if request.form.get("verified") == STALE:
        # from the list, so that the next one can follow
        flash(gettext("directory.verified_one", name=row.name))
        kept = {name: request.form.get(name) or None for name in ("text", "country", "need")}
        return redirect(url_for(".services", verified=STALE, **kept))
    flash(gettext("directory.verified_now"))
    return redirect(url_for(".service", service_id=row.id))


@blueprint.post("/services/<uuid:service_id>/status")
def change_status(service_id: uuid.UUID) -> ResponseReturnValue:
    row = editing.service(db(), service_id)
    status = request.form.get("status", "")
    if status not in STATUSES:
        raise BadRequest("status")
    row.status, row.last_modified = status, now()
    audit.record(db(), me().id, "change_service_status", "service", row.id, service_status=status)
    flash(gettext("cases.saved"))
    return redirect(url_for(".service", service_id=row.id))


def is_stale(row: Service) -> bool:
    is_old = row.assured_date is None or row.assured_date < now().date() - listing.STALE
    return row.status == "active" and is_old


def _one_of(codes: tuple[str, ...], name: str) -> str | None:
    code = request.args.get(name) or None
    if code is not None and code not in codes:
        raise BadRequest(name)
    return code


def _after() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.args["after"]) if request.args.get("after") else None
    except ValueError as e:
        raise BadRequest("after") from e
