-- The organisation that a login asked for which waits for its second factor; empty for none.
alter table mfa_tokens add column organization text not null default '';
