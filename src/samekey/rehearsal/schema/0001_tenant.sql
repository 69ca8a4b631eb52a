-- What a rehearsal tenant knows. Moments are whole milliseconds since 1970, UTC.

-- Single values: the signing key, how far the clock was moved.
create table facts (
    name text primary key,
    value text not null
) without rowid;

-- Applications. grants, scopes, callbacks and origins are JSON lists of texts.
create table clients (
    client_id text primary key,
    client_secret text not null,
    role text not null,
    name text not null,
    grants text not null,
    scopes text not null,
    callbacks text not null default '[]',
    origins text not null default '[]'
) without rowid;

-- Database connections; the first one made is the default directory.
create table connections (
    number integer primary key,
    id text not null unique,
    name text not null unique,
    options text not null,
    enabled integer not null default 1
);

-- People. hash_kind says what stands in the two columns after it:
--   imported: imported_hash holds the custom_password_hash as JSON, as it came in the file
--   bcrypt:   bcrypt_hash holds a bcrypt value, imported as password_hash or made at the first login
--   random:   nothing; the user came without a hash, and nobody knows the password
-- connection_id has no foreign key on purpose: looking it up for every row would take half the time of an import.
create table users (
    number integer primary key,
    connection_id text not null,
    user_id text not null,
    email text,
    email_verified integer not null,
    username text,
    phone_number text,
    phone_verified integer,
    given_name text,
    family_name text,
    name text,
    nickname text,
    picture text,
    blocked integer not null,
    app_metadata text,
    user_metadata text,
    mfa_factors text,
    created_ms integer not null,
    updated_ms integer not null,
    last_login_ms integer,
    last_ip text,
    logins_count integer not null default 0,
    hash_kind text not null check (hash_kind in ('imported', 'bcrypt', 'random')),
    imported_hash text,
    bcrypt_hash text
);
create index users_by_user_id on users (user_id);
create index users_by_email on users (connection_id, email) where email is not null;
create index users_by_username on users (connection_id, username) where username is not null;
create index users_by_phone on users (connection_id, phone_number) where phone_number is not null;

-- Import and export jobs. A job is pending until it was applied and due_ms has come; due_ms is null for one that
-- hangs. document is the uploaded file until the job was applied.
create table jobs (
    number integer primary key autoincrement,
    id text not null unique,
    type text not null,
    connection_id text,
    connection text,
    external_id text not null default '',
    upsert integer not null default 0,
    send_completion_email integer not null default 0,
    created_ms integer not null,
    due_ms integer,
    fate text not null default 'work' check (fate in ('work', 'hang', 'fail', 'expire')),
    document blob,
    applied_ms integer,
    readable integer,
    total integer not null default 0,
    inserted integer not null default 0,
    updated integer not null default 0,
    failed integer not null default 0
);

-- What a job could not import: position in its file, and the entry of its error list as JSON.
create table job_errors (
    job_number integer not null references jobs (number) on delete cascade,
    position integer not null,
    entry text not null,
    primary key (job_number, position)
) without rowid;

-- Opaque access tokens of logins, by their SHA-256.
create table access_tokens (
    digest text primary key,
    user_number integer not null references users (number) on delete cascade,
    client_id text not null,
    scope text not null,
    expires_ms integer not null
) without rowid;
create index access_tokens_by_user on access_tokens (user_number);
