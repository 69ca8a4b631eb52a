"""What the control address can change while the tenant runs."""

from dataclasses import dataclass
from typing import Literal

JobFate = Literal["work", "hang", "fail", "expire"]
"""What becomes of a job: done as documented; never done; failed as a whole; gone with all its data."""


@dataclass(slots=True)
class Levers:
    """The present position of every lever. Assigning one is atomic; nothing reads two that belong together."""

    job_seconds: float = 0.0
    """How long the next import job takes."""
    job_fate: JobFate = "work"
    """What becomes of the next import job."""
    mfa_factors_fail: bool = False
    """Whether imports cannot store factors: such a record is applied without them, and fails."""
    log_delay_seconds: float = 0.0
    """How late lines of the tenant log can be read."""
    log_lost_every: int = 0
    """Every so many lines of the tenant log are never written; 0 keeps all."""
    search_delay_seconds: float = 0.0
    """How late a new person is found by user search."""
