-- With upsert: packed users that the connection had before the first job of their round, by place in their file.
create table existed (
    round   text not null,
    file    text not null,
    ordinal integer not null,
    primary key (round, file, ordinal)
) strict, without rowid;

-- Rounds whose users were looked for before their first job.
create table looked_for (
    round text primary key,
    at    text not null,
    found integer not null
) strict, without rowid;
