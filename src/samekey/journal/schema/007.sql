-- Users of a delta who are sent without the hash that their import file holds: when their turn came, they had a
-- password of their own over there.
create table without_hash (
    round   text not null,
    file    text not null,     -- the import file
    ordinal integer not null,  -- place in it
    primary key (round, file, ordinal)
) strict, without rowid;
