"""Every way in which Puente says no.

AppError
├── SettingsError       a setting is missing or wrong; the program refuses to start
├── BadSignature        a webhook request was not signed by its provider (answered 403)
├── BadRequest          a webhook request cannot be understood (answered 400)
├── SendError           a provider did not take a message; carries `code` and `retryable`
├── ConsentMissing      a referral would disclose something the person did not agree to
├── NotAllowed          the member of staff may not do this
├── NotFound            there is no such record, or it is not theirs to see
└── Conflict            somebody else changed the record in the meantime, or its state forbids the change

Messages carry ids and codes, never a text, a name, a number or a token.
"""


class AppError(Exception):
    """Base of all errors raised on purpose."""


class SettingsError(AppError):
    """Raised at start, with a sentence that says which setting to mend and how."""


class BadSignature(AppError):
    """Raised by a channel's `verify`."""


class BadRequest(AppError):
    """Raised by a channel's `receive`; the message names the field that is missing or wrong."""


class SendError(AppError):
    """Raised by a channel's `send`.

    `code` is the provider's own code (or `timeout`, `unreachable`), `retryable` says whether trying later
    can help,
    `retry_after` is the provider's wish in seconds, `is_outcome_unknown` that the provider may have taken
    the message,
    `is_stopped` that the person opted out or blocked us there, `halts_channel` that every other send would
    fail alike.
    """

    def __init__(
        self,
        code: str,
        *,
        retryable: bool,
        retry_after: float | None = None,
        is_outcome_unknown: bool = False,
        is_stopped: bool = False,
        halts_channel: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable
        self.retry_after = retry_after
        self.is_outcome_unknown = is_outcome_unknown
        self.is_stopped = is_stopped
        self.halts_channel = halts_channel


class ConsentMissing(AppError):
    """Raised before anything is disclosed."""


class NotAllowed(AppError):
    """Raised when a role or a sealed case forbids the action."""


class NotFound(AppError):
    """Raised alike for what does not exist and for what is hidden, so that nobody learns which."""


class Conflict(AppError):
    """Raised when the state of a record forbids the change that was asked for."""
