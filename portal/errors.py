"""What can go wrong on purpose. Each error is a refusal that a page can explain; none of them is a crash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class PortalError(Exception):
    """Base of every refusal. `subject` names the thing refused, for the audit trail."""

    def __init__(self, message: str = "", *, subject: object | None = None) -> None:
        super().__init__(message)
        self.subject = subject


class NotFound(PortalError):
    """It does not exist, or it is not yours: the two answers are equal (404)."""


class NotAllowed(PortalError):
    """The actor's role does not grant this permission here (403)."""

    def __init__(self, permission: str, *, subject: object | None = None) -> None:
        super().__init__(permission, subject=subject)
        self.permission = permission


class RuleBroken(PortalError):
    """A rule says no. `reasons` are codes that the page translates (422, or 409 for a wrong moment)."""

    def __init__(self, *reasons: str, subject: object | None = None) -> None:
        super().__init__(", ".join(reasons), subject=subject)
        self.reasons: Sequence[str] = reasons


class IllegalTransition(PortalError):
    """The thing is in a state from which this act is not possible (409)."""

    def __init__(self, machine: str, act: str, state: str, *, subject: object | None = None) -> None:
        super().__init__(f"{machine}: cannot {act} from {state}", subject=subject)
        self.machine, self.act, self.state = machine, act, state


class StaleVersion(PortalError):
    """Somebody else changed it since the form was opened (409). `theirs` maps the name of a field, or a label, to what it holds
    now; `version` is the current one, with which the typed text may be saved after all."""

    def __init__(
        self, *, subject: object | None = None, theirs: dict[str, Any] | None = None, version: int | None = None
    ) -> None:
        super().__init__("stale version", subject=subject)
        self.theirs = theirs or {}
        self.version = version


class FileRefused(PortalError):
    """An uploaded file is not accepted. `reason` is a code: too_large, type_not_allowed, not_what_it_says, empty, macro."""

    def __init__(self, reason: str, *, file_name: str = "", subject: object | None = None) -> None:
        super().__init__(reason, subject=subject)
        self.reason, self.file_name = reason, file_name


class FileWithheld(PortalError):
    """A stored file does not go out now. `reason` is a code: waiting (for the malware scan), infected, removed."""

    def __init__(self, reason: str, *, subject: object | None = None) -> None:
        super().__init__(reason, subject=subject)
        self.reason = reason
