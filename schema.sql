-- schema.sql: the one truth about batchdag's tables, types, checks, validation and versioning.
--
-- Idempotent: `batchdag init` applies it to an empty database and to one that has it already. PostgreSQL 15 or newer.
-- Order: 1 clock · 2 definitions · 3 instances and steps · 4 outputs · 5 legal edges · 6 validation · 7 versioning ·
--        8 operations · 9 views · 10 the reader role

-- ---------------------------------------------------------------------------------------------------------------------
-- 1. Clock: the database's clock is the only one; a session may move it for a test.
-- ---------------------------------------------------------------------------------------------------------------------

create or replace function clock_now() returns timestamptz
language sql stable parallel safe
return coalesce(nullif(current_setting('batchdag.clock', true), '')::timestamptz, clock_timestamp());

comment on function clock_now is 'The time, from the database alone; a test moves it with set batchdag.clock = ''...''.';

-- ---------------------------------------------------------------------------------------------------------------------
-- 2. Definitions
-- ---------------------------------------------------------------------------------------------------------------------

create table if not exists batch_runner (
    name          text primary key check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    version       text not null,
    description   text not null default '',
    params_schema jsonb not null check (jsonb_typeof(params_schema) = 'object'),
    registered_at timestamptz not null default clock_now()
);
comment on table batch_runner is 'A registered runner and the JSON Schema of its params. Engines write it when they start.';

create table if not exists batch_definition (
    id            bigint generated always as identity primary key,
    name          text not null unique,
    description   text not null default '',
    steps         jsonb not null,
    cron          text,
    timezone      text not null default 'UTC',
    params_schema jsonb not null default '{"type": "object"}',
    enabled       boolean not null default true,
    priority      smallint not null default 0,
    max_active    integer,
    misfire       text not null default 'latest',
    overlap       text not null default 'skip',
    budget_usd    numeric(12, 4),
    version       integer not null default 0,
    created_at    timestamptz not null default clock_now(),
    updated_at    timestamptz not null default clock_now(),
    constraint name_is_a_key check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    constraint max_active_is_positive check (max_active > 0),
    constraint misfire_is_known check (misfire in ('latest', 'none', 'all')),
    constraint overlap_is_known check (overlap in ('skip', 'queue', 'allow')),
    constraint budget_is_not_negative check (budget_usd >= 0)
);
comment on table batch_definition is 'A pipeline. Edit a row with any SQL client: a bad edit is refused with every problem listed.';
comment on column batch_definition.steps is 'JSON array of steps: key, runner, params, nextSteps, condition, fanIn, parallel, retry, timeoutSeconds, onFailure, description.';
comment on column batch_definition.max_active is 'How many instances may run at once; others wait as PENDING. Null: any number.';
comment on column batch_definition.version is 'Counted by the database: an edit that changes what runs makes a new one.';

create table if not exists batch_definition_version (
    definition_id bigint not null references batch_definition on delete cascade,
    version       integer not null,
    content_hash  text not null,
    content       jsonb not null,
    edited_by     text not null default session_user,
    client        text not null default coalesce(current_setting('application_name', true), ''),
    edited_at     timestamptz not null default clock_now(),
    primary key (definition_id, version)
);
comment on table batch_definition_version is 'Every edit: who, from which client, when, and the whole definition. Written by trigger.';

-- ---------------------------------------------------------------------------------------------------------------------
-- 3. Instances and steps: the state machine
-- ---------------------------------------------------------------------------------------------------------------------

create table if not exists batch_instance (
    id                  bigint generated always as identity primary key,
    definition_id       bigint not null references batch_definition,
    version             integer not null,
    status              text not null default 'pending'
                        check (status in ('pending', 'running', 'succeeded', 'failed', 'cancelled')),
    params              jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
    trigger             text not null default 'manual' check (trigger in ('manual', 'sql', 'cron', 'http')),
    scheduled_at        timestamptz,
    idempotency_key     text,
    priority            smallint not null default 0,
    open_steps          integer not null default 0 check (open_steps >= 0),
    failed_steps        integer not null default 0 check (failed_steps >= 0),
    error               text,
    cancel_requested_at timestamptz,
    retry_requested_at  timestamptz,
    retry_version       integer,
    created_at          timestamptz not null default clock_now(),
    started_at          timestamptz,
    finished_at         timestamptz,
    foreign key (definition_id, version) references batch_definition_version,
    constraint finished_iff_terminal check ((finished_at is not null) = (status in ('succeeded', 'failed', 'cancelled'))),
    constraint nothing_open_when_terminal check (status in ('pending', 'running') or open_steps = 0),
    unique (definition_id, idempotency_key)
);
comment on table batch_instance is 'One execution of one version of a definition.';
comment on column batch_instance.open_steps is 'Steps that are not terminal yet (shards not counted); 0 ends the instance.';
comment on column batch_instance.failed_steps is 'Steps FAILED without onFailure: continue; any makes the instance FAILED.';

create index if not exists batch_instance_live on batch_instance (priority desc, id)
    where status in ('pending', 'running');
create index if not exists batch_instance_by_definition on batch_instance (definition_id, id desc);
create index if not exists batch_instance_retry on batch_instance (id) where retry_requested_at is not null;

create table if not exists batch_step (
    id                  bigint generated always as identity primary key,
    batch_instance_id   bigint not null references batch_instance on delete cascade,
    step_key            text not null,
    shard               integer not null default 0,
    state               text not null default 'pending' check (state in (
                            'pending', 'ready', 'running', 'succeeded', 'failed', 'skipped', 'upstream_failed', 'cancelled')),
    reason              text,
    attempt             integer not null default 0,
    failures            integer not null default 0,
    losses              integer not null default 0,
    snoozes             integer not null default 0,
    waiting_on          integer not null default 0,
    parents_succeeded   integer not null default 0,
    parents_failed      integer not null default 0,
    priority            smallint not null default 0,
    run_after           timestamptz not null default clock_now(),
    leased_by           text,
    lease_expires_at    timestamptz,
    cancel_requested_at timestamptz,
    shard_input         jsonb,
    progress            jsonb,
    error               text,
    created_at          timestamptz not null default clock_now(),
    started_at          timestamptz,
    finished_at         timestamptz,
    dropped_at          timestamptz,
    unique (batch_instance_id, step_key, shard),
    constraint counters_are_not_negative check (
        attempt >= 0 and failures >= 0 and losses >= 0 and snoozes >= 0
        and waiting_on >= 0 and parents_succeeded >= 0 and parents_failed >= 0 and shard >= 0),
    constraint leased_iff_running check (
        (state = 'running') = (leased_by is not null) and (state = 'running') = (lease_expires_at is not null)),
    constraint finished_iff_terminal check (
        (finished_at is not null) = (state in ('succeeded', 'failed', 'skipped', 'upstream_failed', 'cancelled')))
) with (fillfactor = 80);
comment on table batch_step is 'One step of one instance (shard 0), or one shard (1, 2, ...) of a parallel step.';
comment on column batch_step.attempt is 'Counts claims; a snooze uses none. With snoozes it fences off a late worker.';
comment on column batch_step.waiting_on is 'Parents that are not terminal yet; for a parallel step that is spread out, its unfinished shards.';
comment on column batch_step.dropped_at is 'Set when a retry with a newer definition no longer has this step; the engine ignores the row.';

create index if not exists batch_step_ready on batch_step (priority desc, run_after, id) where state = 'ready';
create index if not exists batch_step_leases on batch_step (lease_expires_at) where state = 'running';

create table if not exists batch_step_result (
    batch_instance_id bigint not null references batch_instance on delete cascade,
    step_key          text not null,
    shard             integer not null default 0,
    attempt           integer not null,
    result_payload    jsonb,
    error             text,
    worker            text not null,
    started_at        timestamptz not null,
    finished_at       timestamptz not null,
    created_at        timestamptz not null default clock_now(),
    primary key (batch_instance_id, step_key, shard, attempt)
);
comment on table batch_step_result is 'The output of one attempt of a step: a summary or an error, never the data (that is in batch_item).';

-- ---------------------------------------------------------------------------------------------------------------------
-- 4. Outputs: items, dead letters, checkpoints, usage
-- ---------------------------------------------------------------------------------------------------------------------

create table if not exists batch_item (
    step_id  bigint not null references batch_step on delete cascade,
    seq      bigint not null,
    state    text not null default 'succeeded' check (state in ('pending', 'succeeded', 'failed', 'dead')),
    payload  jsonb not null,
    error    text,
    attempts integer not null default 1,
    tokens   bigint,
    cost_usd numeric(14, 8),
    primary key (step_id, seq)
);
comment on table batch_item is 'One item of a step''s data set, with its own state. A failed item keeps its payload and the reason.';

create table if not exists stream_checkpoint (
    stream     text primary key,
    position   jsonb not null,
    updated_at timestamptz not null default clock_now()
);
comment on table stream_checkpoint is 'Where a stream goes on after a restart; written in the transaction that writes the chunk.';

create table if not exists dead_letter (
    id                bigint generated always as identity primary key,
    batch_instance_id bigint references batch_instance on delete set null,
    step_key          text not null,
    source            text not null,
    payload           jsonb not null,
    reason            text not null,
    state             text not null default 'dead' check (state in ('dead', 'requeued', 'resolved')),
    created_at        timestamptz not null default clock_now(),
    updated_at        timestamptz not null default clock_now()
);
comment on table dead_letter is 'A row that could not be loaded, with the reason; re-processable.';
create index if not exists dead_letter_by_instance on dead_letter (batch_instance_id, step_key);

create table if not exists batch_usage (
    pool         text not null,
    item_key     text not null,
    uses         bigint not null default 0,
    last_used_at timestamptz,
    primary key (pool, item_key)
);
comment on table batch_usage is 'How often and when an item of a pool was picked by instances that succeeded.';

create table if not exists batch_usage_claim (
    step_id  bigint not null references batch_step on delete cascade,
    pool     text not null,
    item_key text not null,
    primary key (step_id, pool, item_key)
);
comment on table batch_usage_claim is 'What an unfinished instance has picked; counted into batch_usage when it succeeds.';

-- ---------------------------------------------------------------------------------------------------------------------
-- 5. Legal edges: the diagram of the states, refused from any client. The list is the trigger's condition, so a legal
--    update costs no function call.
-- ---------------------------------------------------------------------------------------------------------------------

create or replace function refuse_edge() returns trigger language plpgsql as $$
declare
    was text := case tg_table_name when 'batch_step' then to_jsonb(old) ->> 'state' else to_jsonb(old) ->> 'status' end;
    now_is text := case tg_table_name when 'batch_step' then to_jsonb(new) ->> 'state' else to_jsonb(new) ->> 'status' end;
begin
    raise exception '% % cannot go from % to %', replace(tg_table_name, 'batch_', ''), old.id, was, now_is
        using errcode = 'BD002',
              hint = 'The engine moves states. Use start_instance, cancel_instance or retry_instance.';
end $$;

create or replace trigger batch_step_edges before update of state on batch_step for each row
when (old.state <> new.state and not case old.state
    when 'pending' then new.state in ('ready', 'skipped', 'upstream_failed', 'failed', 'cancelled')
    when 'ready' then new.state in ('running', 'cancelled')
    when 'running' then new.state in ('ready', 'succeeded', 'failed', 'cancelled')
    else new.state = 'pending'
end)
execute function refuse_edge();

create or replace trigger batch_instance_edges before update of status on batch_instance for each row
when (old.status <> new.status and not case old.status
    when 'pending' then new.status in ('running', 'cancelled', 'failed')
    when 'running' then new.status in ('succeeded', 'failed', 'cancelled')
    when 'failed' then new.status = 'running'
    when 'cancelled' then new.status = 'running'
    else false
end)
execute function refuse_edge();

-- ---------------------------------------------------------------------------------------------------------------------
-- 10. The reader role: analysts' SQL runs as this login role, which can read and nothing else.
-- ---------------------------------------------------------------------------------------------------------------------

do $$
begin
    create role batchdag_reader login nosuperuser nocreatedb nocreaterole noinherit noreplication connection limit 64;
exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
        raise notice 'the role batchdag_reader does not exist and % may not create it; a database administrator should run: '
                     'create role batchdag_reader login noinherit password ''...''; then run batchdag init again', current_user;
end $$;

do $$
declare
    here text := format('in database %I', current_database());
begin
    if not exists (select from pg_roles where rolname = 'batchdag_reader') then
        return;
    end if;
    execute format('revoke create, temporary on database %I from public, batchdag_reader', current_database());
    execute format('grant connect on database %I to batchdag_reader', current_database());
    execute format('revoke create on schema %I from public', current_schema());
    execute format('grant usage on schema %I to batchdag_reader', current_schema());
    execute format('grant select on all tables in schema %I to batchdag_reader', current_schema());
    execute format('alter default privileges in schema %I grant select on tables to batchdag_reader', current_schema());
    execute format('alter role batchdag_reader %s set statement_timeout = ''1h''', here);
    execute format('alter role batchdag_reader %s set lock_timeout = ''10s''', here);
    execute format('alter role batchdag_reader %s set idle_in_transaction_session_timeout = ''1h''', here);
    execute format('alter role batchdag_reader %s set default_transaction_read_only = on', here);
    execute format('alter role batchdag_reader %s set jit = off', here);
exception
    when insufficient_privilege then
        raise notice 'the grants of batchdag_reader were left as they are: % (run batchdag init as the owner of the database)', sqlerrm;
end $$;

do $$
begin
    execute format('alter role batchdag_reader in database %I set temp_file_limit = ''20GB''', current_database());
    revoke execute on function pg_advisory_lock(bigint), pg_advisory_lock(int, int), pg_advisory_lock_shared(bigint),
        pg_advisory_lock_shared(int, int), pg_try_advisory_lock(bigint), pg_try_advisory_lock(int, int),
        pg_try_advisory_lock_shared(bigint), pg_try_advisory_lock_shared(int, int), pg_advisory_xact_lock(bigint),
        pg_advisory_xact_lock(int, int), pg_notify(text, text), pg_sleep(double precision) from public;
exception
    when insufficient_privilege or undefined_object then
        raise notice 'only a superuser can keep batchdag_reader from advisory locks and pg_notify: %', sqlerrm;
end $$;
