"""How fast a delivery goes about its work. Pure."""

from dataclasses import dataclass

from samekey.auth0 import limits


@dataclass(frozen=True)
class Pace:
    """The pauses of a delivery, and how often it looks."""

    slots: int = limits.ACTIVE_IMPORT_JOBS_MAX
    """Jobs with the tenant at once."""
    poll_seconds_min: float = 0.5
    """Never look at one job more often than this."""
    poll_seconds_max: float = 30.0
    """Look at a job at least this often once it should be done; also the longest wait at a stretch."""
    first_poll_seconds: float = 2.0
    """The first look while no job like it was seen to end …"""
    poll_growth_first: float = 1.0
    """… and the next one after this share of the time taken so far, while that is short …"""
    poll_first_seconds: float = 12.0
    """… which it is up to here …"""
    poll_growth: float = 0.11
    """… and after this share from then on."""
    polls_planned: int = 13
    """Looks that are spread evenly over the time in which a job like those seen is likely to end."""
    poll_growth_late: float = 0.07
    """A job that outlasts that time is looked at after this share of the time taken …"""
    polls_close_max: int = 14
    """… until it was looked at so often …"""
    poll_growth_beyond: float = 0.2
    """… and after this share from then on: it takes longer than others did."""
    settle_seconds_max: float = 5.0
    """While a chunk waits for a slot, reading what became of the last one's users gives way to looks that are due, for
    so long at most: the brake has to hear of failures."""
    unclear_seconds: float = 60.0
    """How long a lost answer may still mean a job at work, while no job was seen to finish."""
    unclear_factor: float = 2.0
    """The same as a multiple of the time that the last job took."""
    seek_seconds: float = 3.0
    """Look into the tenant's log this long after an attempt whose answer was lost; then after twice that, and so on."""
    attempts_max: int = 5
    """Attempts of one chunk whose answer was lost before the delivery stops."""

    def unclear_wait(self, job_seconds: float | None) -> float:
        """Seconds from the intent until an attempt without an answer may be made again."""
        if job_seconds is None:
            return self.unclear_seconds
        return min(max(self.unclear_factor * job_seconds, 1.0), limits.JOB_SECONDS_MAX)
