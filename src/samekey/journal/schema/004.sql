-- What is known of an attempt whose answer never came, so that a report can explain what became of it.
alter table submission add column reason text;   -- why the answer was lost
alter table submission add column seen text;     -- signs of it afterwards: words of samekey.journal.signs

-- A part of a chunk whose job ran out of time: users made since that job was meant to leave are ours.
alter table chunk add column tried_at text;        -- by our clock
alter table chunk add column tried_tenant_at text; -- by the tenant's
