"""Conversations: who waits for a person, the thread, taking it over from the bot and handing it back."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from admin import outgoing, words
from admin.current import db, i_may, i_see_sealed, me
from admin.errors import Refused
from admin.forms import MAX_ANSWER, TextForm
from admin.permissions import Action
from core import audit, case_queue, conversation_queue, conversations, users
from core.contacts import Contact
from core.conversation_queue import Which
from core.conversations import Conversation
from core.errors import BadRequest
from core.keyset import Cursor
from core.messages import Message
from core.types import ContactStatus, ConversationStatus, Direction, Priority

blueprint = Blueprint("conversations", __name__, url_prefix="/conversations")


@blueprint.get("/")
def queue() -> ResponseReturnValue:
    try:
        which = Which(request.args.get("which", Which.WAITING))
        after = Cursor.parse(request.args["after"]) if request.args.get("after") else None
    except ValueError as e:
        raise BadRequest("which or after") from e
    page = conversation_queue.page(db(), which, me().id, sees_sealed=i_see_sealed(), after=after)
    counts = {
        which: conversation_queue.count(db(), which, me().id, sees_sealed=i_see_sealed())
        for which in (Which.WAITING, Which.MINE)
    }
    return render_template(
        "conversations/queue.html",
        page=page,
        which=which,
        counts=counts,
        names={user.id: user.name for user in users.everyone(db())},
    )


@blueprint.get("/<uuid:conversation_id>")
def show(conversation_id: uuid.UUID) -> ResponseReturnValue:
    conversation = _get(conversation_id)
    _record("view_conversation", conversation)
    return _page(conversation)


@blueprint.post("/<uuid:conversation_id>/take")
def take_over(conversation_id: uuid.UUID) -> ResponseReturnValue:
    conversation = _get(conversation_id, is_locked=True)
    if not conversation.is_sealed:
        outgoing.tell(conversation, "system.taken_over")
    conversations.assign(conversation, me().id)
    _record("take_over", conversation)
    flash(gettext("conversations.taken"))
    return _back(conversation)


@blueprint.post("/<uuid:conversation_id>/reply")
def reply(conversation_id: uuid.UUID) -> ResponseReturnValue:
    conversation = _get(conversation_id, is_locked=True)
    form = TextForm()
    is_valid = form.validate_on_submit()
    if "count" in request.form or not is_valid:
        return _page(conversation, form), 200 if is_valid else 422
    if conversation.assignee_id != me().id or conversation.status is not ConversationStatus.OPEN:
        raise Refused("refused.not_yours")
    if reason := obstacle(conversation.contact):
        raise Refused(f"obstacle.{reason}")
    _refuse_second_answer(conversation, form.seen.data or 0)
    outgoing.send(conversation, form.text.data or "", Priority.REPLY, is_private=conversation.is_sealed)
    _record("reply", conversation)
    flash(gettext("conversations.sent"))
    return _back(conversation)


@blueprint.post("/<uuid:conversation_id>/hand-back")
def hand_back(conversation_id: uuid.UUID) -> ResponseReturnValue:
    conversation = _get(conversation_id, is_locked=True)
    conversations.resolve(conversation)
    if not conversation.is_sealed:
        outgoing.tell(conversation, "system.handed_back")
    _record("hand_back", conversation)
    flash(gettext("conversations.handed_back"))
    return redirect(url_for(".queue"))


@blueprint.post("/count-sms")
def count_sms() -> ResponseReturnValue:
    """The count for the little script, while somebody types; without it a button asks for the same."""
    text = request.form.get("text", "")[:MAX_ANSWER]
    is_numbered = request.args.get("is_numbered") == "True"
    return words.sms_count(text, is_numbered=is_numbered), {"Content-Type": "text/plain; charset=utf-8"}


def obstacle(contact: Contact | None) -> str | None:
    """Why nothing can be sent to this person any more, as a code; None when it can."""
    if contact is None or contact.erase_at is not None:
        return "erased"
    if contact.status is not ContactStatus.ACTIVE:
        return "blocked" if contact.status is ContactStatus.BLOCKED else "stopped"
    return None


def _get(conversation_id: uuid.UUID, *, is_locked: bool = False) -> Conversation:
    return conversation_queue.get(db(), conversation_id, sees_sealed=i_see_sealed(), is_locked=is_locked)


def _page(conversation: Conversation, form: TextForm | None = None) -> str:
    before = request.args.get("before", type=int)
    thread = conversation_queue.thread(db(), conversation.id, before=before)
    names = {user.id: user.name for user in users.everyone(db())}
    last = thread.messages[-1].seq if thread.messages else 0
    cases = (
        case_queue.of_conversation(db(), conversation.id, sees_sealed=i_see_sealed())
        if i_may(Action.READ_CASES)
        else []
    )
    return render_template(
        "conversations/show.html",
        conversation=conversation,
        thread=thread,
        names=names,
        cases=cases,
        form=form or TextForm(formdata=None, seen=last),
        is_sms=outgoing.is_sms(conversation),
        is_numbered=outgoing.is_numbered(conversation),
        is_mine=conversation.assignee_id == me().id and conversation.status is ConversationStatus.OPEN,
        obstacle=obstacle(conversation.contact),
    )


def _refuse_second_answer(conversation: Conversation, seen: int) -> None:
    """A second press of the button, or a colleague who was faster: the person must not get two answers."""
    newer = select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.seq > seen,
        Message.direction == Direction.OUT,
        Message.sent_by_id.is_not(None),
    )
    if db().scalars(newer.limit(1)).first():
        raise Refused("refused.answered_meanwhile")


def _record(action: str, conversation: Conversation) -> None:
    sealed = {"sealed": "yes"} if conversation.is_sealed else {}
    audit.record(db(), me().id, action, "conversation", conversation.id, **sealed)


def _back(conversation: Conversation) -> ResponseReturnValue:
    return redirect(url_for(".show", conversation_id=conversation.id, _anchor="end"))
