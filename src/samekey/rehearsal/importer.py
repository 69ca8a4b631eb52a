"""The worker that does import jobs (and exports, when there are none), on a thread of its own.

A job's users, its error list and its own end are written in one transaction: a process that is killed has done a job
wholly or not at all, and does it again after a restart. Work begins when a job arrives; how long the job *seems* to
take is decided by its due time (`jobs.state`).
"""

import logging
import sqlite3
import threading
from typing import Any

import msgspec

from samekey.rehearsal import complaints, exports, import_apply, import_file, import_rules, jobs, outbox
from samekey.rehearsal.levers import Levers
from samekey.rehearsal.settings import Settings
from samekey.rehearsal.store import Store
from samekey.rehearsal.tenant_clock import TenantClock
from samekey.rehearsal.tenant_log import TenantLog

_log = logging.getLogger(__name__)
_NO_CONNECTION = complaints.Complaint("CONNECTION_NOT_FOUND", "The connection does not exist")


class Importer:
    """Does the import jobs of one tenant, oldest first."""

    def __init__(self, store: Store, clock: TenantClock, settings: Settings, log: TenantLog, levers: Levers) -> None:
        """Args:
        store: where jobs wait and users go.
        clock: the tenant's clock.
        settings: the tenant's choices.
        log: the tenant log.
        levers: what goes wrong on purpose.

        """
        self._store = store
        self._clock = clock
        self._settings = settings
        self._tenant_log = log
        self._levers = levers
        self._upsert = import_apply.Upsert(
            matches_any=settings.upsert_match == "any", keeps_factors=settings.upsert_factors == "keep"
        )
        self._changed = threading.Condition()
        self._has_news = True
        self._stopping = threading.Event()
        self._is_idle = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work; what an earlier life left undone comes first."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._work, name="samekey-rehearsal-importer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish the job at hand and end."""
        with self._changed:
            self._stopping.set()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def wake(self) -> None:
        """Say that there may be something to do."""
        with self._changed:
            self._has_news = True
            self._is_idle = False
            self._changed.notify_all()

    def wait_until_idle(self, *, seconds: float) -> bool:
        """Wait until everything that can be done is done.

        Returns:
            False when that took longer.

        """
        with self._changed:
            return self._changed.wait_for(lambda: self._is_idle or self._stopping.is_set(), timeout=seconds)

    def do_next(self) -> bool:
        """Do the oldest job that waits.

        Returns:
            False when none did.

        """
        job = self._store.row("next_job", {"timeout_ms": jobs.TIMEOUT_MS})
        if job is None:
            return exports.do_next(self._store, now_ms=self._clock.now_ms())
        rules = self._rules(job["connection_id"])
        if rules is None:
            entries = import_file.all_failing(job["document"], _NO_CONNECTION)
        else:
            entries = import_file.read(job["document"], rules)
        with self._store.transaction():
            self._apply(job, entries)
        return True

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._has_news or self._stopping.is_set())
                if self._stopping.is_set():
                    return
                self._has_news = False
            self._do_all()
            with self._changed:
                self._is_idle = not self._has_news
                self._changed.notify_all()

    def _do_all(self) -> None:
        try:
            while not self._stopping.is_set() and self._do_or_give_up():
                pass
            self._store.run("delete_old_jobs", {"before_ms": self._clock.now_ms() - jobs.RETENTION_MS})
        except sqlite3.Error as problem:
            # Whatever was at hand is still there, and is tried again when the next job arrives or after a restart.
            _log.error("the importer could not use its store: %s", type(problem).__name__)

    def _do_or_give_up(self) -> bool:
        try:
            return self.do_next()
        except sqlite3.Error:
            raise
        except Exception as problem:  # noqa: BLE001  # one file must not stop every later one; its text may be secret
            _log.error("an import job failed: %s", type(problem).__name__)
            return bool(self._store.run("give_up_job", {"applied_ms": self._clock.now_ms()}))

    def take_in(self, connection_id: str, document: bytes) -> import_apply.Plan | None:
        """Put people into the store at once, judged as by a job but without one.

        Args:
            connection_id: where; it exists.
            document: as an import file, of any size.

        Returns:
            What became of them; None when the document is no array.

        """
        rules = self._rules(connection_id)
        entries = None if rules is None else import_file.read(document, rules)
        if entries is None:
            return None
        with self._store.transaction():
            now_ms = self._clock.now_ms()
            known = import_apply.read_known(self._store, connection_id, entries)
            decided = import_apply.plan(entries, known, upsert=None, now_ms=now_ms)
            import_apply.write(self._store, decided, connection_id=connection_id, now_ms=now_ms)
        return decided

    def _rules(self, connection_id: str) -> import_rules.ImportRules | None:
        connection = self._store.row("read_connection", {"id": connection_id})
        if connection is None:
            return None
        options = msgspec.json.decode(connection["options"])
        return import_rules.ImportRules(
            options,
            profile_bytes_max=self._settings.profile_bytes_max,
            refuses_impossible_hashes=self._settings.impossible_hashes == "refuse",
        )

    def _apply(self, job: sqlite3.Row, entries: list[import_file.Entry] | None) -> None:
        now_ms = self._clock.now_ms()
        decided = import_apply.Plan()
        if entries is not None:
            partly = import_apply.without_factors(entries) if self._levers.mfa_factors_fail else []
            known = import_apply.read_known(self._store, job["connection_id"], entries)
            upsert = self._upsert if job["upsert"] else None
            decided = import_apply.plan(entries, known, upsert=upsert, now_ms=now_ms)
            decided.fail_partly(partly)
        outcome = {
            "number": job["number"],
            "applied_ms": now_ms,
            "readable": entries is not None,
            "total": len(entries or ()),
            "inserted": len(decided.inserts) - decided.inserted_partly,
            "updated": len(decided.updates) - decided.updated_partly,
            "failed": len(decided.failures),
        }
        if not self._store.run("finish_job", outcome):
            return  # the job was swept away by a reset while its file was read
        import_apply.write(self._store, decided, connection_id=job["connection_id"], now_ms=now_ms)
        self._note(job, outcome)
        self._store.run_many("insert_job_error", (self._error_row(job["number"], entry) for entry in decided.failures))

    def _note(self, job: sqlite3.Row, outcome: dict[str, Any]) -> None:
        kind, words = ("sui", "Successful users import") if outcome["readable"] else ("fui", "Failed users import")
        summary = {name: outcome[name] for name in ("total", "inserted", "updated", "failed")}
        connection = (str(job["connection_id"]), str(job["connection"]))
        if job["send_completion_email"]:
            outbox.put(
                self._store,
                now_ms=self._clock.now_ms(),
                recipient=outbox.ADMINISTRATORS,
                kind="import-completed",
                subject=words,
                body=", ".join(f"{name}: {count}" for name, count in summary.items()),
            )
        self._tenant_log.write(kind, words, connection=connection, details={"summary": summary})

    def _error_row(self, job_number: int, entry: import_file.Entry) -> dict[str, object]:
        listed = msgspec.json.encode(import_file.listed(entry, self._settings)).decode()
        return {"job_number": job_number, "position": entry.position, "entry": listed}
