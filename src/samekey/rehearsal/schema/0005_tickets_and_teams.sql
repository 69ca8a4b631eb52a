-- Mails that would have been sent. Nothing leaves the machine.
create table outbox (
    number integer primary key autoincrement,
    created_ms integer not null,
    recipient text not null,
    kind text not null,
    subject text not null,
    body text not null
);

-- Tickets that let somebody choose a new password, by their SHA-256.
create table tickets (
    digest text primary key,
    user_number integer not null references users (number) on delete cascade,
    result_url text not null,
    verifies_email integer not null,
    expires_ms integer not null
) without rowid;
create index tickets_by_user on tickets (user_number);

create table organizations (
    number integer primary key,
    id text not null unique,
    name text not null unique,
    display_name text,
    metadata text
);

create table organization_connections (
    organization_number integer not null references organizations (number) on delete cascade,
    connection_id text not null references connections (id) on delete cascade,
    assign_membership_on_login integer not null default 0,
    primary key (organization_number, connection_id)
) without rowid;

create table organization_members (
    organization_number integer not null references organizations (number) on delete cascade,
    user_number integer not null references users (number) on delete cascade,
    primary key (organization_number, user_number)
) without rowid;
create index organization_members_by_user on organization_members (user_number);

create table roles (
    number integer primary key,
    id text not null unique,
    name text not null unique,
    description text
);

-- Roles of a person: for the whole tenant where organization_number is 0, else inside that organisation.
create table user_roles (
    role_number integer not null references roles (number) on delete cascade,
    user_number integer not null references users (number) on delete cascade,
    organization_number integer not null default 0,
    primary key (role_number, user_number, organization_number)
) without rowid;
create index user_roles_by_user on user_roles (user_number);
