-- Export jobs: what was asked, as JSON, and what it gave, as a gzip file.
create table exports (
    job_number integer primary key references jobs (number) on delete cascade,
    asked text not null,
    location_token text not null default '',
    content blob
);
