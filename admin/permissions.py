"""Who may do what: one table of roles and actions, and one of routes and the action each needs.

A route without a row is refused to everybody. Only focal points see what is sealed: no other role has
READ_SEALED, and the queries of `core.case_queue` leave sealed rows out for whoever lacks it.
"""

from enum import StrEnum

from core.types import Role
from core.users import User


class Action(StrEnum):
    READ_CASES = "read_cases"
    WORK_CASES = "work_cases"  # status, assignee, note, answer
    REFER_CASES = "refer_cases"
    READ_CONVERSATIONS = "read_conversations"
    REPLY = "reply"
    READ_SEALED = "read_sealed"
    READ_DIRECTORY = "read_directory"
    EDIT_DIRECTORY = "edit_directory"  # also verify, and take files in
    READ_RIGHTS = "read_rights"
    EDIT_RIGHTS = "edit_rights"  # write drafts, which say nothing until somebody else approves them
    APPROVE_RIGHTS = "approve_rights"  # another's draft; also hide a text at once
    READ_AUDIT = "read_audit"
    READ_USERS = "read_users"  # `may_manage` says whom they may change
    OWN_ACCOUNT = "own_account"


_CASEWORK = frozenset(
    {
        Action.OWN_ACCOUNT,
        Action.READ_CASES,
        Action.WORK_CASES,
        Action.REFER_CASES,
        Action.READ_CONVERSATIONS,
        Action.REPLY,
        Action.READ_DIRECTORY,
        Action.READ_RIGHTS,
        Action.EDIT_RIGHTS,
    }
)

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.ADMIN: _CASEWORK
    | {Action.EDIT_DIRECTORY, Action.APPROVE_RIGHTS, Action.READ_AUDIT, Action.READ_USERS},
    Role.COORDINATOR: _CASEWORK | {Action.EDIT_DIRECTORY, Action.APPROVE_RIGHTS, Action.READ_AUDIT},
    Role.AGENT: _CASEWORK,
    Role.VIEWER: frozenset(
        {Action.OWN_ACCOUNT, Action.READ_CASES, Action.READ_DIRECTORY, Action.READ_RIGHTS}
    ),
    Role.FOCAL_POINT: _CASEWORK | {Action.READ_SEALED, Action.READ_USERS},
}

PUBLIC = frozenset({"auth.sign_in", "static", "bootstrap.static"})

ROUTES: dict[str, Action] = {
    "auth.sign_out": Action.OWN_ACCOUNT,
    "home.start": Action.OWN_ACCOUNT,
    "account.show": Action.OWN_ACCOUNT,
    "account.change_password": Action.OWN_ACCOUNT,
    "account.change_language": Action.OWN_ACCOUNT,
    "conversations.queue": Action.READ_CONVERSATIONS,
    "conversations.show": Action.READ_CONVERSATIONS,
    "conversations.take_over": Action.REPLY,
    "conversations.reply": Action.REPLY,
    "conversations.hand_back": Action.REPLY,
    "conversations.count_sms": Action.OWN_ACCOUNT,
    "cases.queue": Action.READ_CASES,
    "cases.show": Action.READ_CASES,
    "cases.answer": Action.WORK_CASES,
    "cases.change_status": Action.WORK_CASES,
    "cases.assign": Action.WORK_CASES,
    "cases.note": Action.WORK_CASES,
    "referrals.refer": Action.REFER_CASES,
    "referrals.change": Action.REFER_CASES,
    "directory.services": Action.READ_DIRECTORY,
    "directory.organizations": Action.READ_DIRECTORY,
    "directory.organization": Action.READ_DIRECTORY,
    "directory.service": Action.READ_DIRECTORY,
    "directory.verify": Action.EDIT_DIRECTORY,
    "directory.change_status": Action.EDIT_DIRECTORY,
    "directory_editing.add_organization": Action.EDIT_DIRECTORY,
    "directory_editing.edit_organization": Action.EDIT_DIRECTORY,
    "directory_editing.add_service": Action.EDIT_DIRECTORY,
    "directory_editing.edit_service": Action.EDIT_DIRECTORY,
    "directory_editing.add_place": Action.EDIT_DIRECTORY,
    "directory_editing.edit_place": Action.EDIT_DIRECTORY,
    "directory_editing.remove_place": Action.EDIT_DIRECTORY,
    "directory_gaps.show": Action.READ_DIRECTORY,
    "directory_gaps.export": Action.READ_DIRECTORY,
    "directory_map.show": Action.READ_DIRECTORY,
    "directory_files.files": Action.READ_DIRECTORY,
    "directory_files.export": Action.READ_DIRECTORY,
    "directory_files.upload": Action.EDIT_DIRECTORY,
    "directory_files.preview": Action.EDIT_DIRECTORY,
    "directory_files.confirm": Action.EDIT_DIRECTORY,
    "rights.items": Action.READ_RIGHTS,
    "rights.coverage": Action.READ_RIGHTS,
    "rights.item": Action.READ_RIGHTS,
    "rights.version": Action.READ_RIGHTS,
    "rights.export": Action.READ_RIGHTS,
    "rights_editing.add": Action.EDIT_RIGHTS,
    "rights_editing.edit": Action.EDIT_RIGHTS,
    "rights_editing.preview": Action.EDIT_RIGHTS,
    "rights_editing.discard": Action.EDIT_RIGHTS,
    "rights_editing.approve": Action.APPROVE_RIGHTS,
    "rights_editing.hide": Action.APPROVE_RIGHTS,
    "audit.log": Action.READ_AUDIT,
    "users.everyone": Action.READ_USERS,
    "users.add": Action.READ_USERS,
    "users.change_role": Action.READ_USERS,
    "users.change_active": Action.READ_USERS,
    "users.reset_password": Action.READ_USERS,
}


def may(user: User, action: Action) -> bool:
    return action in ALLOWED[user.role]


def sees_sealed(user: User) -> bool:
    return may(user, Action.READ_SEALED)


def may_manage(user: User, role: Role, *, has_focal_point: bool) -> bool:
    """Whether `user` may make, change or reset an account of this role.

    Focal points are appointed by focal points; otherwise an admin could make one and read what is sealed.
    An admin appoints only when there is none, so that a new install, or one that lost its last, can go on.
    """
    if role is Role.FOCAL_POINT:
        return user.role is Role.FOCAL_POINT or (user.role is Role.ADMIN and not has_focal_point)
    return user.role is Role.ADMIN
