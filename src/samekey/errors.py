"""Every error samekey raises, divided by what the caller should do about it.

    SamekeyError                 code, message, remedy, exit code
    ├── UsageError               you asked for something that cannot be      → fix the command      exit 2
    │   └── RulesError           the rules file, with line and column
    ├── SourceError              the input cannot be read                    → fix the input        exit 3
    │   ├── SourceUnrecognised   nobody can tell what this file is
    │   └── SourceDamaged        carries the place where reading stopped
    ├── RunFolderError           our own state is not what we left           → look before resuming exit 4
    │   ├── RunFolderInUse       another process holds it
    │   └── RunFolderChanged     a fingerprint differs from the manifest
    ├── DeliveryPaused           stopped before its end, on purpose          → look, then go on     exit 1
    └── TenantError              the other side                              exit 5
        ├── TenantRefused        credentials, scopes, connection             → stop
        ├── TenantBusy           rate limit or job slots                     → wait
        ├── TenantUnreachable    no answer                                   → retry, then stop
        └── TenantUnexpected     an answer nobody here can read              → stop, report

A record that cannot be imported is not an error: it is a `Rejection` and travels beside the good ones.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a samekey command returns to the shell."""

    DONE = 0
    """Everything asked for was done and nothing needs attention."""
    FINDINGS = 1
    """Done, and there is something to look at: rejections, failures, open books, a login that failed."""
    USAGE = 2
    """The command line or the rules file asks for something that cannot be."""
    SOURCE = 3
    """The source cannot be read."""
    RUN_FOLDER = 4
    """The run folder is in use, damaged, or not what was left there."""
    TENANT = 5
    """The tenant refused, cannot be reached, or answered something unreadable."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C or a polite kill; the last line printed is the command that resumes."""


class SamekeyError(Exception):
    """Something stopped the step."""

    code = "samekey-error"
    """A stable word for programs."""
    exit_code = ExitCode.FINDINGS
    """What the command returns."""

    def __init__(self, message: str = "", *, remedy: str = "") -> None:
        """Args:
        message: one sentence for a person; the class's own sentence when empty. Never holds a secret.
        remedy: what to do next, a command where one exists.

        """
        self.message = message or (self.__class__.__doc__ or "").strip()
        self.remedy = remedy
        super().__init__(self.message)


class UsageError(SamekeyError):
    """What was asked for cannot be."""

    code = "usage"
    exit_code = ExitCode.USAGE


class RulesError(UsageError):
    """The rules file asks for something that cannot be."""

    code = "rules"

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None, remedy: str = "") -> None:
        """Args:
        message: what is wrong with the rules.
        line: the line of the rules file, from 1.
        column: the column in that line, from 1.
        remedy: what to write instead.

        """
        self.line = line
        self.column = column
        place = "" if line is None else f"line {line}, column {column or 1}: "
        super().__init__(f"{place}{message}", remedy=remedy)


class SourceError(SamekeyError):
    """The source cannot be read."""

    code = "source"
    exit_code = ExitCode.SOURCE


class SourceUnrecognised(SourceError):
    """The format of the source was not recognised."""

    code = "source-unrecognised"


class SourceDamaged(SourceError):
    """The source breaks off or is damaged."""

    code = "source-damaged"


class RunFolderError(SamekeyError):
    """The run folder is not what was left there."""

    code = "run-folder"
    exit_code = ExitCode.RUN_FOLDER


class RunFolderInUse(RunFolderError):
    """Another samekey process is working in this run folder."""

    code = "run-folder-in-use"


class RunFolderChanged(RunFolderError):
    """A file of the run folder is no longer what its manifest promises."""

    code = "run-folder-changed"


class DeliveryPaused(SamekeyError):
    """The delivery stopped before its end, as it was told to."""

    code = "delivery-paused"
    exit_code = ExitCode.FINDINGS

    def __init__(self, message: str = "", *, remedy: str = "", option: str = "") -> None:
        """Args:
        message: why.
        remedy: what to do next.
        option: what the same command needs in addition to go on.

        """
        self.option = option
        super().__init__(message, remedy=remedy)


class TenantError(SamekeyError):
    """The tenant did not do what was asked."""

    code = "tenant"
    exit_code = ExitCode.TENANT


class TenantRefused(TenantError):
    """The tenant refused the request."""

    code = "tenant-refused"

    def __init__(self, message: str = "", *, status: int | None = None, error_code: str = "", remedy: str = "") -> None:
        """Args:
        message: what the tenant said, in its words where they help.
        status: the HTTP status.
        error_code: the tenant's own `errorCode` or OAuth `error`, empty when it gave none.
        remedy: what to change.

        """
        self.status = status
        self.error_code = error_code
        super().__init__(message, remedy=remedy)


class TenantBusy(TenantError):
    """The tenant asks to wait."""

    code = "tenant-busy"

    def __init__(self, message: str = "", *, retry_after_seconds: float | None = None, job_slots: bool = False) -> None:
        """Args:
        message: what the tenant said.
        retry_after_seconds: how long it asks to wait; None when it did not say.
        job_slots: true when two import jobs are active, false for a rate limit.

        """
        self.retry_after_seconds = retry_after_seconds
        self.job_slots = job_slots
        super().__init__(message, remedy="Run the same command again later; it continues where it stopped.")


class TenantUnreachable(TenantError):
    """The tenant gave no answer."""

    code = "tenant-unreachable"

    def __init__(self, message: str = "", *, may_have_arrived: bool = True) -> None:
        """Args:
        message: what went wrong on the way.
        may_have_arrived: false only when the request certainly never left (no connection was made).

        """
        self.may_have_arrived = may_have_arrived
        super().__init__(message, remedy="Check the address and the network, then run the same command again.")


class TenantUnexpected(TenantError):
    """The tenant gave an answer that samekey cannot read."""

    code = "tenant-unexpected"

    def __init__(self, message: str = "", *, status: int | None = None) -> None:
        """Args:
        message: what was expected and a redacted piece of what came.
        status: the HTTP status.

        """
        self.status = status
        super().__init__(message, remedy="Run the same command again; if it persists, report the message above.")
