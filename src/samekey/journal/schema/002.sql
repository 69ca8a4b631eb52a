-- What happened to a delivery as a whole, and what a person decided; words of samekey.journal.milestones.
create table milestone (
    at   text not null,
    what text not null,
    note text not null,
    primary key (at, what)
) strict, without rowid;
