-- Everything a sign-in leaves behind. Secrets stand here as SHA-256 only.

-- Wrong passwords in a row, per person (or typed identifier, where there is nobody) and address.
create table login_failures (
    connection_id text not null,
    identity text not null,
    ip text not null,
    failures integer not null,
    last_ms integer not null,
    primary key (connection_id, identity, ip)
) without rowid;

-- Requests to /authorize that wait for somebody to sign in, as JSON; user_number once the password was right.
create table login_requests (
    digest text primary key,
    asked text not null,
    csrf text not null,
    user_number integer references users (number) on delete cascade,
    told text,
    expires_ms integer not null
) without rowid;
create index login_requests_by_user on login_requests (user_number);

-- Authorization codes.
create table codes (
    digest text primary key,
    user_number integer not null references users (number) on delete cascade,
    client_id text not null,
    asked text not null,
    session_id text not null,
    auth_ms integer not null,
    expires_ms integer not null
) without rowid;
create index codes_by_user on codes (user_number);

-- Refresh tokens; family joins those that came out of one login. A used one is kept to notice a second use.
create table refresh_tokens (
    digest text primary key,
    family text not null,
    user_number integer not null references users (number) on delete cascade,
    client_id text not null,
    scope text not null,
    audience text not null,
    used integer not null default 0,
    expires_ms integer not null
) without rowid;
create index refresh_tokens_by_user on refresh_tokens (user_number);

-- Logins whose password was right and whose second factor is still to come.
create table mfa_tokens (
    digest text primary key,
    user_number integer not null references users (number) on delete cascade,
    client_id text not null,
    scope text not null,
    audience text not null,
    expires_ms integer not null
) without rowid;
create index mfa_tokens_by_user on mfa_tokens (user_number);

-- The last time step whose one-time code somebody used: each works once.
create table factor_uses (
    user_number integer primary key references users (number) on delete cascade,
    step integer not null
);

-- Browsers that are signed in.
create table browser_sessions (
    digest text primary key,
    user_number integer not null references users (number) on delete cascade,
    session_id text not null,
    auth_ms integer not null,
    expires_ms integer not null
) without rowid;
create index browser_sessions_by_user on browser_sessions (user_number);
