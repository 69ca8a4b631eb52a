-- A chunk may be handed in in parts: a row is then some users of an import file, from `first` on.
alter table chunk add column file text;     -- the import file, where it is not called as the row
alter table chunk add column first integer not null default 0;
create index part_of_file on chunk (round, file);
