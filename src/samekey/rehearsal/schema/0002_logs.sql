-- The tenant log. A line can be read from visible_ms on, since real ones arrive late; number orders them.
create table logs (
    number integer primary key autoincrement,
    date_ms integer not null,
    visible_ms integer not null,
    type text not null,
    description text not null,
    client_id text,
    client_name text,
    connection text,
    connection_id text,
    user_id text,
    user_name text,
    ip text,
    user_agent text,
    details text
);
create index logs_by_user on logs (user_id) where user_id is not null;
