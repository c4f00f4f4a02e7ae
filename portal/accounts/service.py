"""The verbs of accounts under one roof; each lives with its noun."""

from __future__ import annotations

import portal.accounts.mails  # noqa: F401  (it tells the outbox how mail reaches people)
from portal.accounts.absence.service import arrange_absence, end_absence
from portal.accounts.authority.service import (
    claim_authority,
    end_authority,
    note_extract_read,
    receive_extract,
    reject_authority,
    verify_authority,
)
from portal.accounts.members.service import (
    accept_invitation,
    accept_join_request,
    ask_to_join,
    decline_join_request,
    end_membership,
    give_role,
    hand_over,
    invite,
    resend_invitation,
    revoke_invitation,
)
from portal.accounts.organisations.service import (
    change_state,
    create_staff,
    edit_organisation,
    ensure_organisation,
    register_organisation,
    seal_of,
)
from portal.accounts.profile.service import ask_new_email, confirm_new_email, set_mail_preference
from portal.accounts.sessions.service import begin_session, end_other_sessions, end_session
from portal.accounts.users.service import (
    begin_log_in,
    change_password,
    confirm_account,
    count_request,
    deactivate_user,
    finish_log_in,
    prove_password,
    reactivate_user,
    rename,
    request_reset,
    resend_confirmation,
    reset_password,
    set_locale,
    tell_account_exists,
)

__all__ = [
    "accept_invitation", "accept_join_request", "arrange_absence", "ask_new_email", "ask_to_join", "begin_log_in",
    "begin_session", "change_password", "change_state", "claim_authority", "confirm_account", "confirm_new_email",
    "count_request", "create_staff", "deactivate_user", "decline_join_request", "edit_organisation", "end_absence",
    "end_authority", "end_membership", "end_other_sessions", "end_session", "ensure_organisation", "finish_log_in",
    "give_role", "hand_over", "invite", "note_extract_read", "prove_password", "reactivate_user", "receive_extract",
    "register_organisation", "reject_authority", "rename", "request_reset", "resend_confirmation",
    "resend_invitation", "reset_password", "revoke_invitation", "seal_of", "set_locale", "set_mail_preference",
    "tell_account_exists", "verify_authority",
]  # fmt: skip
