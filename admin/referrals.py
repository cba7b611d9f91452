"""Referrals: somebody of the directory gives a service to the person, the case stays here."""

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import case_page, outgoing
from admin.current import db, me
from admin.errors import Refused
from core import cases, directory
from core.cases import Case
from core.errors import BadRequest, Conflict, NotFound
from core.types import ReferralStatus

blueprint = Blueprint("referrals", __name__, url_prefix="/cases/<uuid:case_id>/referrals")


@blueprint.post("/")
def refer(case_id: uuid.UUID) -> ResponseReturnValue:
    case = case_page.get(case_id, is_locked=True)
    form = case_page.refer_form(case, directory.organizations(db()), formdata=request.form)
    if not form.validate_on_submit():
        return case_page.render(case, refer=form), 422
    if case.version != form.seen.data:
        raise Conflict("stale form")
    organization_id = uuid.UUID(form.organization.data)
    if any(
        one.organization_id == organization_id and one.status not in case_page.ENDED for one in case.referrals
    ):
        raise Refused("refused.referred_already")
    referral = cases.refer(db(), case, me(), organization_id, form.note.data or "")
    case_page.record("refer_case", case, referral_id=str(referral.id), organization_id=str(organization_id))
    organization = db().get_one(directory.Organization, organization_id)
    _tell(case, "case.referred", organization=organization.alternate_name or organization.name)
    flash(gettext("refer.done"))
    return _back(case)


@blueprint.post("/<uuid:referral_id>")
def change(case_id: uuid.UUID, referral_id: uuid.UUID) -> ResponseReturnValue:
    case = case_page.get(case_id, is_locked=True)
    referral = next((one for one in case.referrals if one.id == referral_id), None)
    if referral is None:
        raise NotFound("referral")
    try:
        status = ReferralStatus(request.form.get("status", ""))
    except ValueError as e:
        raise BadRequest("status") from e
    try:
        cases.change_referral(db(), referral, me(), status)
    except Conflict as e:
        raise Refused("refused.referral_ended") from e
    case_page.record("change_referral", case, referral_id=str(referral.id), status=status)
    if status is not ReferralStatus.REVOKED:
        _tell(case, f"case.referral_{status}")
    flash(gettext("cases.saved"))
    return _back(case)


def _tell(case: Case, key: str, **params: str) -> None:
    """The person hears what becomes of their case; of a sealed one only from the focal point's own words."""
    if case.conversation and not case_page.is_private(case):
        outgoing.tell(case.conversation, key, number=case.number, **params)


def _back(case: Case) -> ResponseReturnValue:
    return redirect(url_for("cases.show", case_id=case.id, _anchor="refer"))
