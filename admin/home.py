"""The start page: what needs me first."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from admin.current import db, i_may, i_see_sealed, me
from admin.permissions import Action
from core import case_queue, conversation_queue, users
from core.conversation_queue import Which
from core.directory import listing
from core.rights import versions

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    sees_sealed = i_see_sealed()
    waiting, mine = [], []
    if i_may(Action.READ_CONVERSATIONS):
        waiting, mine = (
            conversation_queue.page(db(), which, me().id, sees_sealed=sees_sealed).conversations
            for which in (Which.WAITING, Which.MINE)
        )
    return render_template(
        "home/start.html",
        counts=case_queue.counts(db(), me().id, sees_sealed=sees_sealed),
        cases=case_queue.first_needed(db(), sees_sealed=sees_sealed),
        waiting=waiting,
        mine=mine,
        # said whether or not there is a sealed case, so that it tells nothing of one
        drafts_to_approve=_drafts_to_approve(),
        to_verify=listing.stale_count(db()) if i_may(Action.EDIT_DIRECTORY) else 0,
        lacks_focal_point=i_may(Action.READ_USERS) and not users.has_focal_point(db()),
    )


def _drafts_to_approve() -> int:
    """Texts on rights that somebody else wrote."""
    if not i_may(Action.APPROVE_RIGHTS):
        return 0
    return sum(draft.author_id != me().id for draft in versions.drafts(db()))
