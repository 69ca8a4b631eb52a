-- One delivery: a run folder's way to one connection of one tenant.
create table delivery (
    id               integer primary key check (id = 1),
    tenant           text not null,    -- address, without credentials
    connection_id    text not null,
    connection       text not null,    -- its name
    upsert           integer not null,
    completion_email integer not null,
    started_at       text not null,    -- ISO 8601, UTC, as every time here
    confirmed_at     text              -- when a person, or --yes, let the first job go
) strict;

-- One row per chunk; its state is a word of samekey.deliver.lifecycle.
create table chunk (
    round  text not null,
    name   text not null,
    users  integer not null,
    sha256 text not null,
    state  text not null,
    primary key (round, name)
) strict, without rowid;

-- One row per attempt to hand a chunk in, written before the request leaves.
create table submission (
    external_id      text primary key, -- unique per attempt; the tenant's log shows it
    round            text not null,
    chunk            text not null,
    attempt          integer not null, -- from 1
    intended_at      text not null,    -- by our clock
    tenant_at        text,             -- the tenant's own time at the intent, from its last Date header
    answered_at      text,
    answer           text,             -- accepted, busy, refused, lost
    job_id           text,
    job_status       text,
    polls            integer not null default 0,
    polled_at        text,
    finished_at      text,             -- when the final state was seen
    total            integer,          -- the job's own summary
    inserted         integer,
    updated          integer,
    failed           integer,
    foreign key (round, chunk) references chunk (round, name)
) strict, without rowid;

create index submission_of_chunk on submission (round, chunk);

-- One row per user whose outcome is not simply "created (or updated) by the job that took the chunk".
create table outcome (
    round      text not null,
    chunk      text not null,
    ordinal    integer not null,       -- place of the user in the chunk, from 0; negative when it could not be told
    outcome    text not null,          -- failed, created, updated
    code       text not null,          -- the tenant's error code, or our word for how the outcome was found
    message    text not null,          -- the tenant's sentence, without values
    identifier text not null,          -- email, else username, phone or user id
    primary key (round, chunk, ordinal)
) strict, without rowid;

-- Known people at the tenant's door.
create table login (
    username text primary key,
    outcome  text not null,
    cluster  text not null,
    tried_at text not null
) strict, without rowid;

-- What reading back found; one row per verify.
create table reading (
    read_at   text primary key,
    compared  integer not null,
    equal     integer not null,
    different integer not null,
    missing   integer not null
) strict, without rowid;
