-- Users of a delta who are blocked, or let in again, by a request of their own, which no import does.
create table block (
    round       text not null,
    key         text not null,
    blocked     integer not null,  -- 1 to block, 0 to let in again
    user_id     text not null,     -- at the tenant, prefix included; empty when nobody was found
    intended_at text not null,     -- before the request leaves
    outcome     text,              -- blocked, let-in, or why not: words of samekey.journal.block_outcomes
    primary key (round, key)
) strict, without rowid;
