"""The audit log: who read and changed what. What happened to sealed records is not in it for anybody else."""

import uuid

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin.current import db, i_see_sealed
from core import audit_log, users
from core.errors import BadRequest

ACTIONS = (
    "sign_in",
    "sign_in_failed",
    "sign_out",
    "view_case",
    "answer_case",
    "change_status",
    "assign_case",
    "note_case",
    "refer_case",
    "change_referral",
    "view_conversation",
    "take_over",
    "reply",
    "hand_back",
    "verify_service",
    "change_service_status",
    "add_service",
    "edit_service",
    "add_organization",
    "edit_organization",
    "export_directory",
    "export_gaps",
    "import_directory",
    "edit_rights_item",
    "approve_rights_item",
    "discard_rights_draft",
    "hide_rights_item",
    "export_rights",
    "add_user",
    "change_role",
    "activate_user",
    "deactivate_user",
    "reset_password",
    "change_password",
)
"""All that is recorded; `audit.<action>` of the catalogue says it in words."""

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("/")
def log() -> ResponseReturnValue:
    user, before, action = (request.args.get(name) for name in ("user", "before", "action"))
    try:
        filters = audit_log.Filters(
            user_id=uuid.UUID(user) if user else None,
            action=action or None,
            before=uuid.UUID(before) if before else None,
        )
    except ValueError as e:
        raise BadRequest("user or before") from e
    return render_template(
        "audit/log.html",
        page=audit_log.page(db(), filters, sees_sealed=i_see_sealed()),
        filters=filters,
        actions=ACTIONS,
        staff=users.everyone(db()),
    )
