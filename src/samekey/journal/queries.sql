-- name: find_delivery
-- The delivery this journal is for.
select tenant, connection_id, connection, upsert, completion_email, started_at, confirmed_at from delivery;

-- name: begin_delivery
-- Write down once where this delivery goes.
insert into delivery (id, tenant, connection_id, connection, upsert, completion_email, started_at)
values (1, :tenant, :connection_id, :connection, :upsert, :completion_email, :started_at);

-- name: confirm
-- A person let the first job go.
update delivery set confirmed_at = coalesce(confirmed_at, :at);

-- name: add_chunk
-- A chunk that is to be delivered; known ones stay as they are.
insert into chunk (round, name, users, sha256, state) values (:round, :name, :users, :sha256, :state)
on conflict do nothing;

-- name: list_chunks
-- Every chunk with its latest submission, in the order of delivery.
select c.round, c.name, c.users, c.sha256, c.state, c.file, c.first, c.is_part,
       s.external_id, s.attempt, s.intended_at, s.tenant_at, s.answered_at, s.answer, s.job_id, s.job_status,
       s.polls, s.polled_at, s.finished_at, s.total, s.inserted, s.updated, s.failed
from (select *, file is not null or exists (select 1 from chunk o where o.round = p.round and o.file = p.name) as is_part
      from chunk p) c
left join submission s on s.round = c.round and s.chunk = c.name
     and s.attempt = (select max(attempt) from submission where round = c.round and chunk = c.name)
order by cast(c.round as integer), coalesce(c.file, c.name), c.first;

-- name: keep_beginning
-- A chunk that was cut keeps its first users.
update chunk set users = :users where round = :round and name = :name;

-- name: add_part
-- The rest of a chunk that was cut, which waits.
insert into chunk (round, name, users, sha256, state, file, first)
values (:round, :name, :users, :sha256, :state, :file, :first);

-- name: halve
-- A chunk whose job ran out of time gives its users to two parts.
update chunk set users = 0 where round = :round and name = :name;

-- name: add_half
-- A part of a chunk whose job ran out of time, which waits.
insert into chunk (round, name, users, sha256, state, file, first, tried_at, tried_tenant_at)
values (:round, :name, :users, :sha256, :state, :file, :first, :tried_at, :tried_tenant_at);

-- name: set_state
-- The chunk moves on.
update chunk set state = :state where round = :round and name = :chunk;

-- name: intend
-- An attempt is about to leave.
insert into submission (external_id, round, chunk, attempt, intended_at, tenant_at)
values (:external_id, :round, :chunk,
        (select count(*) + 1 from submission where round = :round and chunk = :chunk), :at, :tenant_at);

-- name: accept
-- The tenant took the attempt and named a job.
update submission set answered_at = :at, answer = 'accepted', job_id = :job_id, job_status = :job_status
where external_id = :external_id;

-- name: lose
-- The tenant was not heard.
update submission set answered_at = :at, answer = 'lost', reason = :reason where external_id = :external_id;

-- name: find
-- The tenant's log named the job of an attempt whose answer was lost.
update submission set answer = 'found', job_id = :job_id where external_id = :external_id;

-- name: see
-- A sign of an attempt whose answer was lost; the stronger sign stays.
update submission set seen = :sign
where external_id = :external_id and (seen is null or seen = 'not-in-log' or :sign = 'in-log');

-- name: list_unheard
-- Attempts that the tenant may have taken, or took, without a job that ended: each with what came after it.
select s.external_id, s.round, s.chunk, s.attempt, s.answer, s.reason, s.seen, s.intended_at, s.job_status,
       c.state,
       (select min(n.intended_at) from submission n
        where n.round = s.round and n.chunk = s.chunk and n.attempt > s.attempt) as sent_again_at,
       (select count(*) from outcome o
        where o.round = s.round and o.chunk = s.chunk and o.outcome = 'created' and o.code in (:read_back, :pre_read)) as recognised
from submission s join chunk c on c.round = s.round and c.name = s.chunk
where s.answer in ('lost', 'found') or c.state = 'halved'
order by s.intended_at;

-- name: withdraw
-- An attempt that the tenant certainly did not take leaves no trace; the next one gets its number.
delete from submission where external_id = :external_id;

-- name: poll
-- The job was looked at and is not finished.
update submission set polls = polls + 1, polled_at = :at, job_status = :job_status where external_id = :external_id;

-- name: finish
-- The job was seen in a final state, or gone; when it was last seen at work stays.
update submission
set polls = polls + 1, finished_at = :at, job_status = :job_status,
    total = :total, inserted = :inserted, updated = :updated, failed = :failed
where external_id = :external_id;

-- name: add_outcome
-- How one user ended.
insert into outcome (round, chunk, ordinal, outcome, code, message, identifier)
values (:round, :chunk, :ordinal, :outcome, :code, :message, :identifier)
on conflict do update set outcome = excluded.outcome, code = excluded.code, message = excluded.message;

-- name: list_outcomes
-- Users whose outcome is not the chunk's rule.
select round, chunk, ordinal, outcome, code, message, identifier from outcome
order by cast(round as integer), chunk, ordinal;

-- name: list_with_unplaced
-- Chunks with failures of which nobody knows whose they are, and nobody looked.
select o.round, o.chunk, count(*) as users from outcome o join chunk c on c.round = o.round and c.name = o.chunk
where o.ordinal < 0 and o.code <> :untold and c.state = 'settled' group by o.round, o.chunk;

-- name: forget_outcome
-- An outcome turned out to be another.
delete from outcome where round = :round and chunk = :chunk and ordinal = :ordinal;

-- name: was_tried
-- Whether users of a chunk may have been made by an attempt that is not its latest.
select count(*) filter (where s.answer = 'lost') + (c.tried_at is not null) as tried
from chunk c left join submission s on s.round = c.round and s.chunk = c.name
where c.round = :round and c.name = :chunk;

-- name: find_first_intent
-- The first intent of a chunk, or of the one it was a part of: users made since then are ours.
select coalesce(c.tried_at, s.intended_at) as intended_at,
       case when c.tried_at is null then s.tenant_at else c.tried_tenant_at end as tenant_at
from chunk c left join submission s on s.round = c.round and s.chunk = c.name
where c.round = :round and c.name = :chunk
order by s.attempt limit 1;

-- name: count_submissions
-- How many attempts the tenant took, and how they ended.
select count(*) filter (where answer in ('accepted', 'found')) as submitted,
       count(*) filter (where job_status = 'completed') as completed,
       count(*) filter (where job_status = 'failed' or job_status = 'gone') as failed,
       count(*) filter (where answer = 'lost') as lost
from submission;

-- name: recent_job_seconds
-- The shortest of the last five completed jobs; each was over at the latest when it was seen so.
select min(seconds) as seconds
from (select (julianday(finished_at) - julianday(intended_at)) * 86400.0 as seconds
      from submission where job_status = 'completed' and finished_at is not null
      order by finished_at desc limit 5);

-- name: recent_jobs
-- The last completed jobs: what they held, and how long after they were taken they were seen at work, and over.
select c.users, (julianday(s.finished_at) - julianday(s.answered_at)) * 86400.0 as seconds,
       coalesce((julianday(s.polled_at) - julianday(s.answered_at)) * 86400.0, 0.0) as at_work_seconds
from submission s join chunk c on c.round = s.round and c.name = s.chunk
where s.job_status = 'completed' and s.finished_at is not null and s.answer = 'accepted'
order by s.finished_at desc limit 20;

-- name: put_login
-- How a known person fared at the door; the latest try counts.
insert into login (username, outcome, cluster, tried_at) values (:username, :outcome, :cluster, :at)
on conflict do update set outcome = excluded.outcome, cluster = excluded.cluster, tried_at = excluded.tried_at;

-- name: list_logins
-- Every known person that tried.
select username, outcome, cluster, tried_at from login order by username;

-- name: add_reading
-- What reading back found.
insert into reading (read_at, compared, equal, different, missing)
values (:at, :compared, :equal, :different, :missing)
on conflict do update set compared = excluded.compared, equal = excluded.equal, different = excluded.different,
                          missing = excluded.missing;

-- name: last_reading
-- The latest reading back.
select read_at, compared, equal, different, missing from reading order by read_at desc limit 1;

-- name: add_milestone
-- Something happened to the delivery as a whole.
insert into milestone (at, what, note) values (:at, :what, :note) on conflict do update set note = excluded.note;

-- name: last_milestone
-- When something happened last.
select max(at) as at from milestone where what = :what;

-- name: last_note
-- What was noted when something happened last.
select note from milestone where what = :what order by at desc limit 1;

-- name: count_failures
-- Users that failed, by chunk.
select round, chunk, count(*) as users from outcome where outcome = 'failed' group by round, chunk;

-- name: list_doubled
-- Chunks that were handed in once, whose job found users that had been made since: each with how many.
select s.external_id, s.round, s.chunk, s.attempt, s.intended_at, count(*) as recognised
from outcome o
join chunk c on c.round = o.round and c.name = o.chunk and c.tried_at is null
join submission s on s.round = o.round and s.chunk = o.chunk
where o.outcome = 'created' and o.code = :read_back and s.job_status = 'completed' and s.failed > 0
  and not exists (select 1 from submission l where l.round = o.round and l.chunk = o.chunk and l.answer = 'lost')
group by s.external_id order by s.intended_at;

-- name: add_existed
-- A packed user that was there before the first job of its round.
insert into existed (round, file, ordinal) values (:round, :file, :ordinal);

-- name: add_looked_for
-- Everybody of a round was looked for.
insert into looked_for (round, at, found) values (:round, :at, :found);

-- name: find_looked_for
-- Whether everybody of a round was looked for.
select at, found from looked_for where round = :round;

-- name: list_existed
-- Users of a part of an import file that were there before.
select ordinal from existed where round = :round and file = :file and ordinal >= :first and ordinal < :end;

-- name: intend_block
-- A user is about to be blocked, or let in again.
insert into block (round, key, blocked, user_id, intended_at) values (:round, :key, :blocked, :user_id, :at)
on conflict do update set user_id = excluded.user_id;

-- name: end_block
-- What became of it.
update block set outcome = :outcome where round = :round and key = :key;

-- name: list_blocks
-- Users who were, or are about to be, blocked or let in again.
select round, key, blocked, user_id, outcome from block order by cast(round as integer), key;

-- name: leave_hash_out
-- A user of a delta is sent without the hash, for it has a password of its own over there by now.
insert into without_hash (round, file, ordinal) values (:round, :file, :ordinal) on conflict do nothing;

-- name: list_without_hash
-- Users of a round who are sent without the hash.
select file, ordinal from without_hash where round = :round;
