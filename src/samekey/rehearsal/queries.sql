-- Every statement of the rehearsal tenant, named and described.

-- name: read_fact
-- A single value.
select value from facts where name = :name;

-- name: write_fact
-- Set a single value.
insert into facts (name, value) values (:name, :value) on conflict (name) do update set value = excluded.value;

-- name: insert_client
-- A new application.
insert into clients (client_id, client_secret, role, name, grants, scopes, callbacks, origins)
values (:client_id, :client_secret, :role, :name, :grants, :scopes, :callbacks, :origins);

-- name: read_client
-- An application by its id.
select * from clients where client_id = :client_id;

-- name: read_client_by_role
-- The application that plays a role.
select * from clients where role = :role;

-- name: read_client_ids
-- Every application's id.
select client_id from clients order by client_id;

-- name: insert_connection
-- A new database connection.
insert into connections (id, name, options, enabled) values (:id, :name, :options, :enabled);

-- name: read_connection
-- A connection by its id.
select * from connections where id = :id;

-- name: read_connection_by_name
-- A connection by its name.
select * from connections where name = :name;

-- name: read_connections
-- All connections, the default directory first.
select * from connections order by number;

-- name: insert_users
-- New people: what is known of them, column by column.
insert into users ({columns}) values ({places});

-- name: update_imported_user
-- Everything an import job may change of a person who is there.
update users set
    email_verified = :email_verified, given_name = :given_name, family_name = :family_name, name = :name,
    nickname = :nickname, picture = :picture, app_metadata = :app_metadata, user_metadata = :user_metadata,
    mfa_factors = :mfa_factors, updated_ms = :updated_ms, imported_hash = :imported_hash
where number = :number;

-- name: read_user
-- A person by the whole user id. Where two connections have the same id, the first one made.
select users.*, connections.name as connection from users
join connections on connections.id = users.connection_id
where user_id = :user_id order by users.number limit 1;

-- name: read_user_by_number
-- A person by the store's own number.
select users.*, connections.name as connection from users
join connections on connections.id = users.connection_id
where users.number = :number;

-- name: read_users_by_email
-- Everybody with exactly this address, in any connection.
select users.*, connections.name as connection from connections
cross join users on users.connection_id = connections.id and users.email = :email
order by users.number;

-- name: read_known_users
-- Those of a connection who have one of the given identifiers; the four lists are JSON.
select * from users where number in (
    select number from users
    where connection_id = :connection_id and email in (select value from json_each(:emails))
    union
    select number from users
    where connection_id = :connection_id and username in (select value from json_each(:usernames))
    union
    select number from users
    where connection_id = :connection_id and phone_number in (select value from json_each(:phone_numbers))
    union
    select number from users
    where connection_id = :connection_id and user_id in (select value from json_each(:user_ids))
);

-- name: read_user_for_login
-- Who types this identifier into a connection's login form: by email first, then username, then phone number.
select * from (
    select 1 as choice, * from users where connection_id = :connection_id and email = :identifier
    union all
    select 2 as choice, * from users where connection_id = :connection_id and username = :identifier
    union all
    select 3 as choice, * from users where connection_id = :connection_id and phone_number = :identifier
) order by choice limit 1;

-- name: read_somebody
-- One person of a connection, picked by a number from outside.
select * from users
where connection_id = :connection_id and number >= :draw % (select max(number) + 1 from users)
order by number limit 1;

-- name: convert_password
-- The imported hash gives way to bcrypt, unless somebody changed it meanwhile.
update users set hash_kind = 'bcrypt', bcrypt_hash = :bcrypt_hash, imported_hash = null
where number = :number and hash_kind = 'imported' and imported_hash = :imported_hash;

-- name: note_login
-- What a login leaves in the profile.
update users set last_login_ms = :now_ms, last_ip = :ip, logins_count = logins_count + 1, updated_ms = :now_ms
where number = :number;

-- name: note_blocked_login
-- A right password of somebody whom an administrator blocked is counted, too.
update users set logins_count = logins_count + 1 where number = :number;

-- name: delete_user
-- A person by the whole user id.
delete from users where user_id = :user_id;

-- name: read_passwords
-- Which kind of hash everybody has; values stay where they are.
select user_id, email, hash_kind, json_extract(imported_hash, '$.algorithm') as algorithm
from users order by number limit :limit offset :start;

-- name: read_passwords_by_email
-- Which kind of hash those with this address have.
select user_id, email, hash_kind, json_extract(imported_hash, '$.algorithm') as algorithm
from users where email = :email order by number;

-- name: count_users
-- How many people there are.
select count(*) as users from users;

-- name: count_active_imports
-- Import jobs that take a slot now: neither finished nor past their time.
select count(*) as active from jobs
where type = 'users_import' and :now_ms < created_ms + :timeout_ms
  and not (due_ms is not null and due_ms <= :now_ms and (applied_ms is not null or fate in ('fail', 'expire')));

-- name: insert_job
-- A new job.
insert into jobs (
    id, type, connection_id, connection, external_id, upsert, send_completion_email, created_ms, due_ms, fate, document
) values (
    :id, :type, :connection_id, :connection, :external_id, :upsert, :send_completion_email, :created_ms, :due_ms,
    :fate, :document
);

-- name: read_job
-- A job without its document.
select number, id, type, connection_id, connection, external_id, upsert, created_ms, due_ms, fate, applied_ms,
       readable, total, inserted, updated, failed
from jobs where id = :id;

-- name: next_job
-- The oldest import job that is still to be applied.
select number, connection_id, connection, upsert, send_completion_email, created_ms, document from jobs
where type = 'users_import' and applied_ms is null and fate = 'work' and due_ms is not null
  and due_ms <= created_ms + :timeout_ms
order by number limit 1;

-- name: finish_job
-- A job was applied; its document is no longer needed.
update jobs set applied_ms = :applied_ms, readable = :readable, total = :total, inserted = :inserted,
    updated = :updated, failed = :failed, document = null
where number = :number and applied_ms is null;

-- name: give_up_job
-- The oldest import job that is still to be applied cannot be: it fails as a whole.
update jobs set applied_ms = :applied_ms, readable = 0, document = null where number = (
    select min(number) from jobs
    where type = 'users_import' and applied_ms is null and fate = 'work' and due_ms is not null
);

-- name: insert_job_error
-- One user whom a job could not import.
insert into job_errors (job_number, position, entry) values (:job_number, :position, :entry);

-- name: read_job_errors
-- Everybody whom a job could not import, in the order of its file.
select entry from job_errors where job_number = :job_number order by position;

-- name: delete_old_jobs
-- Forget jobs made before a moment, their errors with them.
delete from jobs where created_ms <= :before_ms;

-- name: insert_access_token
-- An opaque access token of a login.
insert into access_tokens (digest, user_number, client_id, scope, expires_ms)
values (:digest, :user_number, :client_id, :scope, :expires_ms);

-- name: read_access_token
-- Whose an opaque access token is.
select user_number, client_id, scope, expires_ms from access_tokens where digest = :digest;

-- name: delete_all_users
-- Forget everybody.
delete from users;

-- name: delete_all_jobs
-- Forget every job.
delete from jobs;

-- name: change_connection
-- Other options, or other applications.
update connections set options = :options, enabled = :enabled where id = :id;

-- name: delete_connection
-- Forget a connection.
delete from connections where id = :id;

-- name: delete_users_of_connection
-- Forget everybody in a connection.
delete from users where connection_id = :id;

-- name: insert_log
-- A line of the tenant log.
insert into logs (
    date_ms, visible_ms, type, description, client_id, client_name, connection, connection_id, user_id, user_name, ip,
    user_agent, details
) values (
    :date_ms, :visible_ms, :type, :description, :client_id, :client_name, :connection, :connection_id, :user_id,
    :user_name, :ip, :user_agent, :details
);

-- name: search_logs
-- Lines of the tenant log that meet a condition.
select * from logs where visible_ms <= :now_ms and {where} order by {order} limit :limit offset :start;

-- name: count_logs
-- How many lines of the tenant log meet a condition.
select count(*) as total from logs where visible_ms <= :now_ms and {where};

-- name: read_logs_after
-- The next lines of the tenant log after one, in their own order.
select * from logs where visible_ms <= :now_ms and number > :after order by number limit :limit;

-- name: read_log
-- One line of the tenant log.
select * from logs where visible_ms <= :now_ms and number = :number;

-- name: delete_all_logs
-- Forget the tenant log.
delete from logs;

-- name: search_users
-- People who meet a condition.
select users.*, connections.name as connection from users
join connections on connections.id = users.connection_id
where users.created_ms <= :indexed_ms and {where} order by {order} limit :limit offset :start;

-- name: count_found_users
-- How many people meet a condition.
select count(*) as total from users join connections on connections.id = users.connection_id
where users.created_ms <= :indexed_ms and {where};

-- name: change_user
-- Set every column that an update may touch.
update users set
    email = :email, email_verified = :email_verified, username = :username, phone_number = :phone_number,
    phone_verified = :phone_verified, given_name = :given_name, family_name = :family_name, name = :name,
    nickname = :nickname, picture = :picture, blocked = :blocked, app_metadata = :app_metadata,
    user_metadata = :user_metadata, updated_ms = :updated_ms, hash_kind = :hash_kind,
    imported_hash = :imported_hash, bcrypt_hash = :bcrypt_hash
where number = :number;

-- name: delete_users_by_email
-- Everybody of a connection with an address.
delete from users where connection_id = :connection_id and email = :email;

-- name: read_login_failures
-- How many wrong passwords in a row there were.
select failures from login_failures where connection_id = :connection_id and identity = :identity and ip = :ip
  and last_ms > :since_ms;

-- name: add_login_failure
-- One more wrong password.
insert into login_failures (connection_id, identity, ip, failures, last_ms)
values (:connection_id, :identity, :ip, 1, :now_ms)
on conflict (connection_id, identity, ip) do update set failures = failures + 1, last_ms = excluded.last_ms;

-- name: clear_login_failures
-- A right password from an address ends the row there.
delete from login_failures where connection_id = :connection_id and identity = :identity and ip = :ip;

-- name: unblock_identity
-- Somebody may try again, from every address.
delete from login_failures where identity = :identity;

-- name: read_blocks
-- Where somebody may not try: directory and address.
select connections.name as connection, ip from login_failures
join connections on connections.id = login_failures.connection_id
where identity = :identity and failures >= :limit and last_ms > :since_ms
order by connections.number, ip;

-- name: delete_all_login_failures
-- Everybody may try again.
delete from login_failures;

-- name: insert_login_request
-- Somebody is to sign in.
insert into login_requests (digest, asked, csrf, expires_ms) values (:digest, :asked, :csrf, :expires_ms);

-- name: read_login_request
-- What somebody signs in for.
select * from login_requests where digest = :digest and expires_ms > :now_ms;

-- name: note_login_request
-- The password was right; a second factor is to come.
update login_requests set user_number = :user_number, told = :told where digest = :digest;

-- name: delete_login_request
-- The sign-in is over.
delete from login_requests where digest = :digest;

-- name: insert_code
-- An authorization code.
insert into codes (digest, user_number, client_id, asked, session_id, auth_ms, expires_ms)
values (:digest, :user_number, :client_id, :asked, :session_id, :auth_ms, :expires_ms);

-- name: read_code
-- Whose an authorization code is.
select * from codes where digest = :digest;

-- name: delete_code
-- An authorization code works once.
delete from codes where digest = :digest;

-- name: insert_refresh_token
-- A refresh token.
insert into refresh_tokens (digest, family, user_number, client_id, scope, audience, expires_ms)
values (:digest, :family, :user_number, :client_id, :scope, :audience, :expires_ms);

-- name: read_refresh_token
-- Whose a refresh token is.
select * from refresh_tokens where digest = :digest;

-- name: use_refresh_token
-- A rotating refresh token works once.
update refresh_tokens set used = 1 where digest = :digest and used = 0;

-- name: delete_refresh_family
-- All refresh tokens that came out of one login.
delete from refresh_tokens where family = :family;

-- name: insert_mfa_token
-- A login that waits for its second factor.
insert into mfa_tokens (digest, user_number, client_id, scope, audience, organization, expires_ms)
values (:digest, :user_number, :client_id, :scope, :audience, :organization, :expires_ms);

-- name: read_mfa_token
-- Whose login waits.
select * from mfa_tokens where digest = :digest and expires_ms > :now_ms;

-- name: delete_mfa_token
-- The second factor came.
delete from mfa_tokens where digest = :digest;

-- name: use_factor_step
-- Use up a time step, unless it or a later one was used.
insert into factor_uses (user_number, step) values (:user_number, :step)
on conflict (user_number) do update set step = excluded.step where excluded.step > factor_uses.step;

-- name: insert_browser_session
-- A browser is signed in.
insert into browser_sessions (digest, user_number, session_id, auth_ms, expires_ms)
values (:digest, :user_number, :session_id, :auth_ms, :expires_ms);

-- name: read_browser_session
-- Who is signed in.
select * from browser_sessions where digest = :digest and expires_ms > :now_ms;

-- name: delete_browser_session
-- A browser is signed out.
delete from browser_sessions where digest = :digest;

-- name: read_clients
-- Every application.
select * from clients order by client_id;

-- name: insert_export
-- What an export job was asked for.
insert into exports (job_number, asked) values (:job_number, :asked);

-- name: read_export
-- An export with its job.
select exports.*, jobs.id, jobs.connection_id, jobs.applied_ms from exports
join jobs on jobs.number = exports.job_number where exports.job_number = :job_number;

-- name: next_export
-- The oldest export job that is still to be done.
select jobs.number, jobs.connection_id, exports.asked from jobs
join exports on exports.job_number = jobs.number
where applied_ms is null and fate = 'work' and due_ms is not null order by jobs.number limit 1;

-- name: write_export
-- What an export gave.
update exports set content = :content, location_token = :location_token where job_number = :job_number;

-- name: read_export_by_token
-- The file behind a signed location.
select exports.content from exports where location_token = :location_token and location_token <> '';

-- name: read_users_to_export
-- People in the order they were made, from one onward.
select users.*, connections.name as connection from users
join connections on connections.id = users.connection_id
where users.number > :after and (:connection_id is null or connection_id = :connection_id)
order by users.number limit :limit;

-- name: insert_mail
-- A mail that would have been sent.
insert into outbox (created_ms, recipient, kind, subject, body)
values (:created_ms, :recipient, :kind, :subject, :body);

-- name: read_mails
-- Mails that would have been sent, the newest first.
select * from outbox order by number desc limit :limit offset :start;

-- name: read_mails_after
-- Mails that came after one of them, the oldest first.
select * from outbox where number > :number order by number;

-- name: read_newest_mail
-- The number of the newest mail; null when there is none.
select max(number) as number from outbox;

-- name: delete_all_mails
-- Forget the outbox.
delete from outbox;

-- name: insert_ticket
-- Somebody may choose a new password.
insert into tickets (digest, user_number, result_url, verifies_email, expires_ms)
values (:digest, :user_number, :result_url, :verifies_email, :expires_ms);

-- name: read_ticket
-- Who may choose a new password.
select * from tickets where digest = :digest and expires_ms > :now_ms;

-- name: delete_ticket
-- A ticket works once.
delete from tickets where digest = :digest;

-- name: set_password
-- A new password by its owner's choice. It lifts an administrator's block, as documented for a changed password.
update users set hash_kind = 'bcrypt', bcrypt_hash = :bcrypt_hash, imported_hash = null, blocked = 0,
    updated_ms = :now_ms, email_verified = case when :verifies_email then 1 else email_verified end
where number = :number;

-- name: insert_organization
-- A new organisation.
insert into organizations (id, name, display_name, metadata) values (:id, :name, :display_name, :metadata);

-- name: read_organization
-- An organisation by its id.
select * from organizations where id = :id;

-- name: read_organization_by_name
-- An organisation by its name.
select * from organizations where name = :name;

-- name: read_organizations
-- All organisations in the order they were made.
select * from organizations order by number;

-- name: delete_organization
-- Forget an organisation and who belonged to it.
delete from organizations where id = :id;

-- name: delete_all_organizations
-- Forget all organisations.
delete from organizations;

-- name: enable_organization_connection
-- Members may come through a connection.
insert into organization_connections (organization_number, connection_id, assign_membership_on_login)
values (:organization_number, :connection_id, :assign_membership_on_login)
on conflict do update set assign_membership_on_login = excluded.assign_membership_on_login;

-- name: read_organization_connections
-- Connections through which members may come.
select organization_connections.*, connections.name as connection from organization_connections
join connections on connections.id = organization_connections.connection_id
where organization_number = :organization_number order by connections.number;

-- name: add_organization_member
-- Somebody belongs to an organisation.
insert or ignore into organization_members (organization_number, user_number)
values (:organization_number, :user_number);

-- name: remove_organization_member
-- Somebody belongs to an organisation no more.
delete from organization_members where organization_number = :organization_number and user_number = :user_number;

-- name: read_organization_members
-- Who belongs to an organisation.
select users.* from organization_members join users on users.number = organization_members.user_number
where organization_number = :organization_number order by users.number limit :limit offset :start;

-- name: count_organization_members
-- How many belong to an organisation.
select count(*) as total from organization_members where organization_number = :organization_number;

-- name: read_organizations_of_user
-- Organisations to which somebody belongs.
select organizations.* from organization_members
join organizations on organizations.number = organization_members.organization_number
where organization_members.user_number = :user_number order by organizations.number;

-- name: insert_role
-- A new role.
insert into roles (id, name, description) values (:id, :name, :description);

-- name: read_role
-- A role by its id.
select * from roles where id = :id;

-- name: read_role_by_name
-- A role by its name.
select * from roles where name = :name;

-- name: read_roles
-- All roles in the order they were made.
select * from roles order by number;

-- name: delete_role
-- Forget a role.
delete from roles where id = :id;

-- name: delete_all_roles
-- Forget all roles.
delete from roles;

-- name: give_role
-- Somebody has a role, in an organisation or in the whole tenant (0).
insert or ignore into user_roles (role_number, user_number, organization_number)
values (:role_number, :user_number, :organization_number);

-- name: take_role
-- Somebody has a role no more.
delete from user_roles where role_number = :role_number and user_number = :user_number
  and organization_number = :organization_number;

-- name: read_roles_of_user
-- Which roles somebody has, in an organisation or in the whole tenant (0).
select roles.* from user_roles join roles on roles.number = user_roles.role_number
where user_number = :user_number and organization_number = :organization_number order by roles.number;

-- name: read_users_of_role
-- Who has a role in the whole tenant.
select users.* from user_roles join users on users.number = user_roles.user_number
where role_number = :role_number and organization_number = 0 order by users.number limit :limit offset :start;

-- name: read_membership
-- Whether somebody belongs to an organisation.
select user_number from organization_members
where organization_number = :organization_number and user_number = :user_number;
