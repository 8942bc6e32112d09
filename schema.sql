-- schema.sql: the one truth about batchdag's tables, types, checks, validation and versioning.
--
-- Idempotent: `batchdag init` applies it to an empty database and to one that has it already. PostgreSQL 15 or newer.
-- Order: 1 clock · 2 definitions · 3 instances and steps · 4 outputs · 5 legal edges · 6 validation · 7 versioning ·
--        8 operations · 9 views · 10 the reader role · 11 revision

-- ---------------------------------------------------------------------------------------------------------------------
-- 1. Clock: the database's clock is the only one; a session may move it for a test.
-- ---------------------------------------------------------------------------------------------------------------------

create or replace function clock_now() returns timestamptz
language sql stable parallel safe
return coalesce(nullif(current_setting('batchdag.clock', true), '')::timestamptz, statement_timestamp());

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
    status              text not null default 'pending',
    params              jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
    trigger             text not null default 'manual' check (trigger in ('manual', 'sql', 'cron', 'http')),
    scheduled_at        timestamptz,
    idempotency_key     text,
    priority            smallint not null default 0,
    open_steps          integer not null default 0,
    failed_steps        integer not null default 0,
    error               text,
    cancel_requested_at timestamptz,
    retry_requested_at  timestamptz,
    retry_version       integer,
    created_at          timestamptz not null default clock_now(),
    started_at          timestamptz,
    finished_at         timestamptz,
    foreign key (definition_id, version) references batch_definition_version,
    unique (definition_id, idempotency_key)
);
comment on table batch_instance is 'One execution of one version of a definition.';
comment on column batch_instance.open_steps is 'Rows of batch_step that are not terminal yet, shards included; 0 ends the instance.';
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
    state               text not null default 'pending',
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
    unique (batch_instance_id, step_key, shard)
) with (fillfactor = 80);
alter table batch_step
    add column if not exists runner text not null default '',
    add column if not exists published_at timestamptz;
comment on table batch_step is 'One step of one instance (shard 0), or one shard (1, 2, ...) of a parallel step.';
comment on column batch_step.attempt is 'Counts claims; a snooze uses none. With snoozes it fences off a late worker.';
comment on column batch_step.waiting_on is 'Parents that are not terminal yet; for a parallel step that is spread out, its unfinished shards.';
comment on column batch_step.runner is 'Whose limit it comes under, and whose queue it goes to; empty: made before this was written down.';
comment on column batch_step.published_at is 'When a message that names this ready step was put into the queue; null: not since it became ready.';
comment on column batch_step.dropped_at is 'Set when a retry with a newer definition no longer has this step; the engine ignores the row.';

create index if not exists batch_step_ready on batch_step (priority desc, run_after, id) where state = 'ready';
create index if not exists batch_step_published on batch_step (published_at) where state = 'ready' and published_at is not null;
create index if not exists batch_step_running on batch_step (runner, lease_expires_at) where state = 'running';
create index if not exists batch_step_ready_by_runner on batch_step (runner, priority desc, run_after, id) where state = 'ready';
drop index if exists batch_step_leases;

create table if not exists batch_step_result (
    batch_instance_id bigint not null,
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

-- No foreign key: a result is only written by the statement that updates its step, and checking it again costs a third
-- of a report. What a foreign key would cascade, this trigger deletes.
create or replace function delete_results() returns trigger language plpgsql as $$
begin
    delete from batch_step_result using gone where batch_step_result.batch_instance_id = gone.id;
    return null;
end $$;

create or replace trigger batch_instance_results after delete on batch_instance
referencing old table as gone for each statement execute function delete_results();

-- ---------------------------------------------------------------------------------------------------------------------
-- 4. Outputs: items, dead letters, checkpoints, usage
-- ---------------------------------------------------------------------------------------------------------------------

create table if not exists batch_item (
    step_id  bigint not null,
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

-- No foreign key: items are only written by an attempt that holds its step's row, and checking each row again costs a
-- third of the load. What a foreign key would cascade, this trigger deletes.
create or replace function delete_items() returns trigger language plpgsql as $$
begin
    delete from batch_item using gone where batch_item.step_id = gone.id;
    return null;
end $$;

create or replace trigger batch_step_items after delete on batch_step
referencing old table as gone for each statement execute function delete_items();

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

-- 4.1 Prompts: the text, its versions, and which version an instance keeps ----------------------------------------------

create table if not exists prompt_template (
    key             text primary key,
    description     text not null default '',
    system          text,
    body            text not null,
    response_schema jsonb,
    version         integer not null default 0,
    created_at      timestamptz not null default clock_now(),
    updated_at      timestamptz not null default clock_now(),
    constraint key_is_a_key check (key ~ '^[a-z][a-z0-9_]{0,62}$')
);
comment on table prompt_template is 'A prompt. Edit a row with any SQL client: a bad edit is refused with every problem listed.';
comment on column prompt_template.system is 'The system text, rendered once for a step: it may read params, instance, steps and shard.';
comment on column prompt_template.body is 'The prompt, rendered for each item: it may read item, params, instance, steps and shard.';
comment on column prompt_template.response_schema is 'A JSON Schema of an object that every answer must fit; null: any text will do.';
comment on column prompt_template.version is 'Counted by the database: an edit of system, body or response_schema makes a new one.';

create table if not exists prompt_template_version (
    key             text not null,
    version         integer not null,
    system          text,
    body            text not null,
    response_schema jsonb,
    content_hash    text not null,
    edited_by       text not null default session_user,
    client          text not null default coalesce(current_setting('application_name', true), ''),
    edited_at       timestamptz not null default clock_now(),
    primary key (key, version)
);
comment on table prompt_template_version is 'Every edit of a prompt: who, from which client, when, and the text. Written by trigger.';

create table if not exists batch_instance_prompt (
    batch_instance_id bigint not null references batch_instance on delete cascade,
    prompt_key        text not null,
    version           integer not null,
    primary key (batch_instance_id, prompt_key),
    foreign key (prompt_key, version) references prompt_template_version
);
comment on table batch_instance_prompt is 'Which version of a prompt an instance keeps, whatever is edited while it runs.';

-- 4.2 The ledger of paid calls: a row is committed before the call it stands for, and closed only when its sums agree ----

create table if not exists provider_batch (
    id                bigint generated always as identity primary key,
    intent            text not null unique check (intent ~ '^[a-z0-9-]{1,40}$'),
    batch_instance_id bigint not null,
    step_id           bigint not null,
    step_key          text not null,
    build             integer not null,
    attempt           integer not null,
    provider          text not null,
    model             text not null,
    mode              text not null check (mode in ('batch', 'live', 'flex')),
    state             text not null default 'planned' check (state in (
                          'planned', 'staged', 'uploading', 'uploaded', 'submitting', 'submitted', 'terminal',
                          'downloaded', 'ingested', 'abandoned')),
    request           jsonb not null,
    items             integer not null default 0,
    bytes             bigint not null default 0,
    tokens            bigint not null default 0,
    succeeded         integer not null default 0,
    failed            integer not null default 0,
    dead              integer not null default 0,
    lost_replies      integer not null default 0,
    terms             jsonb not null,
    reserved_usd      numeric(14, 8) not null default 0,
    cost_usd          numeric(14, 8) not null default 0,
    input_tokens      bigint not null default 0,
    output_tokens     bigint not null default 0,
    is_simulated      boolean not null default false,
    staged_sha256     text,
    provider_file     text,
    provider_job      text,
    provider_status   text,
    raw_status        jsonb,
    outputs           jsonb not null default '[]',
    duplicates        jsonb not null default '[]',
    looks             integer not null default 0,
    submissions       integer not null default 0,
    submitting_at     timestamptz,
    submitted_at      timestamptz,
    deadline_at       timestamptz,
    ended_at          timestamptz,
    cancelled_at      timestamptz,
    look_after        timestamptz not null default clock_now(),
    kept_by           text,
    kept_until        timestamptz,
    error             text,
    created_at        timestamptz not null default clock_now(),
    finished_at       timestamptz,
    constraint books_are_closed check (state <> 'ingested' or items = succeeded + failed + dead),
    constraint nothing_paid_when_abandoned check (state <> 'abandoned' or cost_usd = 0),
    constraint ours_iff_submitted check (
        mode <> 'batch' or state not in ('submitted', 'terminal', 'downloaded') or provider_job is not null),
    constraint finished_iff_closed check ((finished_at is not null) = (state in ('ingested', 'abandoned')))
);
alter table provider_batch
    add column if not exists ended_at timestamptz;
comment on table provider_batch is 'One paid job (or one run of live calls) of one step. Written before the call; intent is our key at the provider.';
comment on column provider_batch.build is 'Which build of the step''s items it belongs to; answers for an older build only fill the cache.';
comment on column provider_batch.request is 'What all its requests share: system, schema, limits, options, and the prompt version.';
comment on column provider_batch.terms is 'Its price per million tokens, how often to look, how long to wait, how often to ask.';
comment on column provider_batch.tokens is 'Input tokens at most, as estimated; providers limit how many are enqueued.';
comment on column provider_batch.lost_replies is 'Answers that may have been paid for and cannot be had: lost live calls, and requests of jobs whose output is gone.';
comment on column provider_batch.duplicates is 'Jobs that the provider had under our intent besides this one; they were cancelled.';
comment on column provider_batch.looks is 'How often it was looked up since the call that creates it was in doubt.';
comment on column provider_batch.ended_at is 'When the provider was first seen to call it ended; its output may come later.';

create index if not exists provider_batch_by_step on provider_batch (step_id, id);
create index if not exists provider_batch_by_instance on provider_batch (batch_instance_id);
create index if not exists provider_batch_by_time on provider_batch (created_at);
create index if not exists provider_batch_open on provider_batch (look_after)
    where state not in ('ingested', 'abandoned');

create table if not exists provider_batch_item (
    provider_batch_id bigint not null references provider_batch on delete cascade,
    ordinal           integer not null,
    step_id           bigint not null,
    seq               bigint not null,
    try               smallint not null,
    request_hash      text not null,
    prompt            text not null,
    state             text not null default 'open' check (state in ('open', 'succeeded', 'failed', 'dead', 'unsent')),
    sending_at        timestamptz,
    broken_at         timestamptz,
    lost              smallint not null default 0,
    reason            text,
    error             text,
    input_tokens      integer,
    output_tokens     integer,
    cost_usd          numeric(14, 8),
    primary key (provider_batch_id, ordinal)
);
alter table provider_batch_item
    add column if not exists broken_at timestamptz;
comment on table provider_batch_item is 'One request of a paid job. The database refuses a second open one for the same request.';
comment on column provider_batch_item.state is 'open; succeeded: its answer was accepted; failed: to be asked again; dead: given up; unsent: the job was never accepted.';
comment on column provider_batch_item.sending_at is 'Live: a call was begun and its answer is not saved yet; after a crash it is in doubt.';
comment on column provider_batch_item.broken_at is 'Live: when that call ended without an answer, as its own process saw; null: it may still be under way.';

create unique index if not exists provider_batch_item_once on provider_batch_item (request_hash) where state = 'open';
create index if not exists provider_batch_item_by_item on provider_batch_item (step_id, seq);

create table if not exists provider_answer (
    request_hash      text primary key,
    provider          text not null,
    model             text not null,
    mode              text not null,
    provider_batch_id bigint not null,
    raw               jsonb not null,
    answer            text,
    finish            text not null,
    input_tokens      integer not null,
    output_tokens     integer not null,
    cost_usd          numeric(14, 8) not null,
    is_simulated      boolean not null default false,
    answered_at       timestamptz not null default clock_now()
);
comment on table provider_answer is 'Every answer that was paid for, by the hash of the whole request: what is here is never bought again.';

create table if not exists generation (
    step_id     bigint primary key references batch_step on delete cascade,
    build       integer not null default 1,
    fingerprint text not null,
    is_built    boolean not null default false,
    items       bigint not null default 0,
    from_cache  bigint not null default 0,
    choice      smallint not null default 0,
    rounds      smallint not null default 1,
    failed_at   integer,
    job_limit   integer,
    sink        jsonb,
    begun_at    timestamptz not null default clock_now()
);
alter table generation
    add column if not exists begun_at timestamptz not null default clock_now();
comment on table generation is 'How far a generate or explain step is: which build of its items, and which of its providers it asks now.';
comment on column generation.rounds is 'How often its items were given all their tries: a retry of a step that failed gives them once more.';
comment on column generation.failed_at is 'The attempt that failed because too many items got no answer.';
comment on column generation.sink is 'The table of the user that follows the items: if the step ends early, its rows are pending again.';
comment on column generation.begun_at is 'When this build of the items began, before the first of them was read.';

create table if not exists provider_trouble (
    provider  text not null,
    model     text not null,
    in_a_row  integer not null,
    why       text not null,
    since     timestamptz not null default clock_now(),
    resume_at timestamptz not null,
    primary key (provider, model)
);
comment on table provider_trouble is 'An outage or back-pressure that live calls have met. Every process heeds it; the first answer deletes the row.';
comment on column provider_trouble.in_a_row is 'How many calls broke with no answer between them; from three on, one call at a time tries whether it is over.';

create table if not exists model_price (
    provider   text not null,
    model      text not null,
    mode       text not null check (mode in ('batch', 'live', 'flex')),
    input_usd  numeric(14, 6) not null check (input_usd >= 0),
    cached_usd numeric(14, 6) check (cached_usd >= 0),
    output_usd numeric(14, 6) not null check (output_usd >= 0),
    updated_at timestamptz not null default clock_now(),
    primary key (provider, model, mode)
);
comment on table model_price is 'Prices in US dollars per million tokens that win over the built-in list. Edit it in SQL.';

alter table batch_instance add column if not exists budget_usd numeric(12, 4)
    constraint instance_budget_is_not_negative check (budget_usd >= 0);
comment on column batch_instance.budget_usd is 'What this instance may spend; null: what its definition allows now.';

alter table batch_instance add column if not exists rehearsal jsonb
    constraint rehearsal_is_an_object check (jsonb_typeof(rehearsal) = 'object');
comment on column batch_instance.rehearsal is
    'Set: nothing is paid for or changed. sample: items at most; step and using: that step alone, on what that instance has made; draft: true, its definition is in batch_draft.';

create table if not exists batch_draft (
    batch_instance_id bigint primary key references batch_instance on delete cascade,
    content           jsonb not null
);
comment on table batch_draft is 'The definition that a rehearsal runs in place of its version: an edit that nobody has saved. It goes with the rehearsal.';

create or replace function instance_content(instance batch_instance) returns jsonb
language sql stable
return coalesce(
    (select draft.content from batch_draft as draft where draft.batch_instance_id = instance.id),
    (select version.content
     from batch_definition_version as version
     where version.definition_id = instance.definition_id and version.version = instance.version)
);
comment on function instance_content is 'The definition as this instance runs it: that of its version, or the draft that it rehearses.';

create or replace function may_spend(instance batch_instance) returns numeric
language sql stable
return coalesce(
    instance.budget_usd,
    (select case when draft.content is null then definition.budget_usd else cast(draft.content ->> 'budget_usd' as numeric) end
     from batch_definition as definition
     left join batch_draft as draft on draft.batch_instance_id = instance.id
     where definition.id = instance.definition_id)
);
comment on function may_spend is
    'The budget that counts: the instance''s own, else that of its definition as it stands now, or of the draft; null: any amount.';

-- A job's way. What was never accepted is abandoned; what was accepted is followed to its books, whatever becomes of the step.
create or replace function refuse_ledger_edge() returns trigger language plpgsql as $$
begin
    raise exception 'provider batch % cannot go from % to %', old.id, old.state, new.state
        using errcode = 'BD007', hint = 'The ledger of paid calls is written by the engine; cancel the instance instead.';
end $$;

create or replace trigger provider_batch_edges before update of state on provider_batch
for each row when (old.state <> new.state and (old.state || '>' || new.state) not in (
    'planned>staged', 'staged>uploading', 'uploading>uploaded', 'uploaded>submitting', 'submitting>submitted',
    'submitted>terminal', 'terminal>downloaded', 'downloaded>ingested', 'downloaded>terminal',
    'planned>submitted', 'submitted>ingested', 'submitting>uploaded', 'submitted>uploaded',
    'planned>abandoned', 'staged>abandoned', 'uploading>abandoned', 'uploaded>abandoned', 'submitting>abandoned',
    'submitted>abandoned'))
execute function refuse_ledger_edge();

create or replace function close_books() returns trigger language plpgsql as $$
declare
    counted record;
begin
    select count(*) as items,
           count(*) filter (where state = 'succeeded') as succeeded,
           count(*) filter (where state = 'failed') as failed,
           count(*) filter (where state = 'dead') as dead
    into counted
    from provider_batch_item
    where provider_batch_id = new.id;
    if (counted.items, counted.succeeded, counted.failed, counted.dead)
       is distinct from (new.items::bigint, new.succeeded::bigint, new.failed::bigint, new.dead::bigint) then
        raise exception 'the books of provider batch % do not agree: % requests sent, % succeeded, % failed, % dead by its '
                        'items, and %, %, %, % by its row', new.id, counted.items, counted.succeeded, counted.failed,
                        counted.dead, new.items, new.succeeded, new.failed, new.dead
            using errcode = 'BD007', hint = 'Nothing was changed. Every request must end as succeeded, failed or dead.';
    end if;
    return new;
end $$;

create or replace trigger provider_batch_books before update of state on provider_batch
for each row when (new.state = 'ingested') execute function close_books();

create or replace view batch_spend as
select batch_instance_id,
       step_key,
       provider,
       model,
       mode,
       bool_or(is_simulated) as is_simulated,
       count(*) filter (where state <> 'abandoned') as jobs,
       coalesce(sum(items) filter (where state <> 'abandoned'), 0) as requests,
       sum(succeeded) as succeeded,
       sum(failed) as failed,
       sum(dead) as dead,
       sum(lost_replies) as lost_replies,
       sum(input_tokens) as input_tokens,
       sum(output_tokens) as output_tokens,
       sum(cost_usd) as spent_usd,
       sum(greatest(reserved_usd - cost_usd, 0)) filter (where state not in ('ingested', 'abandoned')) as reserved_usd
from provider_batch
group by batch_instance_id, step_key, provider, model, mode;
comment on view batch_spend is 'What each step of each instance has bought, from whom, and what it cost.';

-- 4.3 Cron: what became of each due instant, where each cron stands, and what still has to be written down ----------------

create table if not exists batch_cron_fire (
    definition_id     bigint not null references batch_definition on delete cascade,
    fire_at           timestamptz not null,
    outcome           text not null check (outcome in ('fired', 'missed', 'skipped_overlap', 'failed_to_start')),
    reason            text,
    batch_instance_id bigint references batch_instance on delete set null,
    decided_at        timestamptz not null default clock_now(),
    primary key (definition_id, fire_at),
    constraint not_fired_says_why check (outcome = 'fired' or reason is not null),
    constraint instance_only_if_fired check (batch_instance_id is null or outcome = 'fired')
);
comment on table batch_cron_fire is 'One due instant of one cron, and what became of it. Whoever inserts the row fires it, so it is fired once.';
comment on column batch_cron_fire.fire_at is 'The instant that was due, whenever it was decided.';
comment on column batch_cron_fire.reason is 'Why it was not fired, or that it was fired by hand.';

create index if not exists batch_cron_fire_by_instance on batch_cron_fire (batch_instance_id)
    where batch_instance_id is not null;
create index if not exists batch_instance_live_by_definition on batch_instance (definition_id, id)
    where status in ('pending', 'running');

create table if not exists batch_cron (
    definition_id bigint primary key references batch_definition on delete cascade,
    enabled       boolean not null,
    decided_at    timestamptz not null default clock_now(),
    upcoming      timestamptz[] not null default '{}',
    next_fire_at  timestamptz generated always as (upcoming[1]) stored,
    problem       text
) with (fillfactor = 80);
comment on table batch_cron is 'Where the cron of a definition stands. Written by a trigger when it is edited, and by the schedulers.';
comment on column batch_cron.decided_at is 'Every instant up to here is decided; a later one is not yet.';
comment on column batch_cron.upcoming is 'The next instants, computed by the engine; empty until it has looked at an edit.';
comment on column batch_cron.problem is 'Why the engine cannot use the cron or its time zone; null: it can.';
create index if not exists batch_cron_due on batch_cron (next_fire_at nulls first) where enabled and problem is null;

create table if not exists batch_cron_gap (
    id            bigint generated always as identity primary key,
    definition_id bigint not null references batch_definition on delete cascade,
    cron          text not null,
    timezone      text not null,
    after_at      timestamptz not null,
    until_at      timestamptz not null,
    reason        text not null
);
comment on table batch_cron_gap is 'Instants after one time, up to another, that were not fired and have no row of batch_cron_fire yet.';
create index if not exists batch_cron_gap_by_definition on batch_cron_gap (definition_id);

-- 4.4 HTTP: who may do what, and what was done ---------------------------------------------------------------------------

create table if not exists api_token (
    id            bigint generated always as identity primary key,
    kind          text not null default 'token' check (kind in ('token', 'link', 'session')),
    name          text not null check (length(name) between 1 and 100),
    role          text not null check (role in ('viewer', 'operator', 'editor', 'admin')),
    secret_sha256 bytea not null check (octet_length(secret_sha256) = 32),
    made_from     bigint references api_token on delete cascade,
    created_at    timestamptz not null default clock_now(),
    expires_at    timestamptz,
    revoked_at    timestamptz,
    constraint only_a_token_lasts check (kind = 'token' or (expires_at is not null and made_from is not null))
);
comment on table api_token is 'Who may use the HTTP API, and as what. Of a secret only its SHA-256 is here.';
comment on column api_token.kind is 'token: in a header; link: signs in a browser once; session: a browser that is signed in.';
comment on column api_token.made_from is 'The token that a link or a session stands for: it ends with that.';

create table if not exists audit_log (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default clock_now(),
    token_id   bigint not null,
    actor      text not null,
    role       text not null,
    client     text not null,
    action     text not null,
    subject    text not null,
    before     jsonb,
    after      jsonb,
    outcome    text not null default 'begun' check (outcome in ('begun', 'done', 'refused', 'failed')),
    error      text
);
comment on table audit_log is 'Every change asked for over HTTP. Written before the change; begun for good: the process died in between.';

create index if not exists audit_log_by_time on audit_log (at);

create or replace function refuse_audit_edit() returns trigger language plpgsql as $$
declare
    kept interval := nullif(current_setting('batchdag.audit_kept', true), '');
begin
    if tg_op = 'DELETE' and old.at < clock_now() - greatest(kept, interval '30 days') and kept is not null then
        return old;
    end if;
    if tg_op = 'UPDATE' and old.outcome = 'begun'
        and (old.id, old.at, old.token_id, old.actor, old.role, old.client, old.action, old.subject)
          = (new.id, new.at, new.token_id, new.actor, new.role, new.client, new.action, new.subject) then
        return new;
    end if;
    raise exception 'row % of audit_log is not to be changed', old.id
        using errcode = 'BD002', hint = 'The log is only added to; batchdag prune deletes what is older than its retention.';
end $$;

create or replace trigger audit_log_edits before update or delete on audit_log
for each row execute function refuse_audit_edit();

create or replace function refuse_truncate() returns trigger language plpgsql as $$
begin
    raise exception '% is not to be emptied: it says what happened, and what has been paid for', tg_table_name
        using errcode = 'BD002', hint = 'Delete definitions or prune instances instead: batchdag prune, or delete from batch_instance.';
end $$;

create or replace trigger audit_log_is_kept before truncate on audit_log
for each statement execute function refuse_truncate();

create or replace trigger batch_instance_is_kept before truncate on batch_instance
for each statement execute function refuse_truncate();

create or replace trigger provider_batch_is_kept before truncate on provider_batch
for each statement execute function refuse_truncate();

create index if not exists batch_instance_finished on batch_instance (finished_at) where finished_at is not null;

-- 4.5 Operations: who is told of what. What is to be sent is written by the transaction that it tells of --------------

create table if not exists alert_webhook (
    id            bigint generated always as identity primary key,
    name          text not null unique,
    url           text not null,
    secret        text,
    events        text[] not null default '{failed,budget,stuck}',
    definition    text references batch_definition (name) on update cascade on delete cascade,
    sla_minutes   integer,
    stuck_minutes integer not null default 30,
    enabled       boolean not null default true,
    created_at    timestamptz not null default clock_now(),
    constraint name_is_a_key check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    constraint url_is_http_or_a_reference check (url ~ '^(https?://.+|secret://[A-Za-z0-9_-]+)$'),
    constraint secret_is_a_reference check (secret ~ '^secret://[A-Za-z0-9_-]+$'),
    constraint events_are_known check (events <@ '{failed,sla,budget,stuck}' and cardinality(events) > 0),
    constraint minutes_are_positive check (sla_minutes > 0 and stuck_minutes > 0),
    constraint sla_has_its_minutes check (not 'sla' = any(events) or sla_minutes is not null)
);
comment on table alert_webhook is 'Where alerts are posted. Edit a row with any SQL client.';
comment on column alert_webhook.url is 'http(s)://..., or secret://NAME where the address itself must stay secret: this table can be read.';
comment on column alert_webhook.secret is 'secret://NAME of the key that signs what is posted; null: it is not signed.';
comment on column alert_webhook.events is 'failed, sla (longer than sla_minutes), budget, stuck (due work that nobody has moved for stuck_minutes).';
comment on column alert_webhook.definition is 'Only instances of this definition; null: of all.';

create table if not exists alert_delivery (
    id          bigint generated always as identity primary key,
    webhook_id  bigint not null references alert_webhook on delete cascade,
    event       text not null check (event in ('failed', 'sla', 'budget', 'stuck', 'test')),
    event_key   text not null,
    message_id  uuid not null default gen_random_uuid(),
    payload     jsonb not null,
    state       text not null default 'waiting' check (state in ('waiting', 'sent', 'given_up')),
    tries       integer not null default 0,
    next_try_at timestamptz not null default clock_now(),
    answer      text,
    created_at  timestamptz not null default clock_now(),
    settled_at  timestamptz,
    unique (webhook_id, event_key),
    constraint settled_iff_not_waiting check ((state = 'waiting') = (settled_at is null))
);
comment on table alert_delivery is 'The outbox of alerts: one row for each event and webhook, whatever happens to either meanwhile.';
comment on column alert_delivery.event_key is 'What happened, once: the same event never makes a second row for a webhook.';
comment on column alert_delivery.message_id is 'Sent as webhook-id and Idempotency-Key, the same at every try.';
create index if not exists alert_delivery_due on alert_delivery (next_try_at) where state = 'waiting';
create index if not exists alert_delivery_settled on alert_delivery (settled_at) where settled_at is not null;

-- What pruning and metrics look for; none of these is touched before something has ended.
create index if not exists batch_instance_finished on batch_instance (finished_at) where finished_at is not null;
create index if not exists batch_step_failed on batch_step (finished_at) where state = 'failed';
create index if not exists provider_batch_finished on provider_batch (finished_at) where finished_at is not null;

create or replace function alert_payload(event text, instance batch_instance, what text) returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'type', 'batchdag.' || event,
        'timestamp', clock_now(),
        'text', format('batchdag: instance %s of %s %s', instance.id, definition.name, what),
        'data', jsonb_build_object(
            'instance_id', instance.id, 'definition', definition.name, 'version', instance.version,
            'status', instance.status, 'error', left(instance.error, 1000), 'trigger', instance.trigger,
            'created_at', instance.created_at, 'started_at', instance.started_at, 'finished_at', instance.finished_at))
    from batch_definition as definition
    where definition.id = instance.definition_id
$$;

create or replace function raise_alert(event text, event_key text, instance batch_instance, what text) returns void
language sql as $$
    insert into alert_delivery (webhook_id, event, event_key, payload)
    select webhook.id, event, event_key, told.payload
    from alert_payload(event, instance, what) as told (payload)
    join alert_webhook as webhook
        on webhook.enabled
       and raise_alert.event = any(webhook.events)
       and coalesce(webhook.definition = told.payload -> 'data' ->> 'definition', true)
    where instance.rehearsal is null
    on conflict on constraint alert_delivery_webhook_id_event_key_key do nothing
$$;

-- A retry that fails again is another event: its time of ending is part of the key.
create or replace function alert_failure() returns trigger language plpgsql as $$
begin
    perform raise_alert('failed', format('failed:%s:%s', new.id, extract(epoch from new.finished_at)), new,
                        'failed: ' || left(coalesce(new.error, 'no error was recorded'), 500));
    return null;
end $$;

-- Called by who writes the report: a trigger of batch_step would be looked at by every statement that moves a step.
drop trigger if exists batch_step_over_budget on batch_step;
drop function if exists alert_budget();
create or replace function alert_budget(stopped batch_step) returns void
language sql as $$
    select raise_alert('budget', format('budget:%s:%s', stopped.id, extract(epoch from stopped.finished_at)), instance,
                       format('stopped at its budget in step %s: %s', stopped.step_key, left(stopped.error, 500)))
    from batch_instance as instance
    where instance.id = stopped.batch_instance_id
$$;

create or replace trigger batch_instance_failed after update of status on batch_instance
for each row when (new.status = 'failed' and old.status <> 'failed') execute function alert_failure();

-- They run in the statements of any client that ends an instance, whatever its search_path.
do $$
declare
    entry regprocedure;
begin
    foreach entry in array array[
        'alert_payload(text, batch_instance, text)', 'raise_alert(text, text, batch_instance, text)', 'alert_failure()',
        'alert_budget(batch_step)'
    ]::regprocedure[]
    loop
        execute format('alter function %s set search_path = %I, pg_temp', entry, current_schema());
    end loop;
end $$;

-- 4.6 Embeddings: circuit breakers ---------------------------------------------------------------------------------------

create table if not exists circuit_breaker (
    name          text primary key,
    state         text not null default 'closed' check (state in ('closed', 'open', 'half_open')),
    failures      integer not null default 0 check (failures >= 0),
    failing_since timestamptz,
    opened_at     timestamptz,
    cooldown      interval not null,
    retry_at      timestamptz,
    probe_by      bigint,
    probe_until   timestamptz,
    reason        text,
    updated_at    timestamptz not null default clock_now(),
    constraint failing_iff_failures check ((failing_since is not null) = (failures > 0)),
    constraint retried_iff_not_closed check ((retry_at is not null) = (state <> 'closed')),
    constraint probed_iff_half_open check ((probe_by is not null and probe_until is not null) = (state = 'half_open'))
);
comment on table circuit_breaker is 'A server that embeddings come from, and whether it is called: one state, shared by all workers. No row: it has never failed.';
comment on column circuit_breaker.state is 'closed: it is called; open: it is left alone until retry_at; half_open: one step (probe_by) tries it until probe_until.';
comment on column circuit_breaker.cooldown is 'How long it is left alone; twice as long each time a try fails.';

-- What a new pass over a stream forgets, and which of its rows have a letter already.
create index if not exists dead_letter_by_place on dead_letter (source, (payload -> 'place')) where payload ? 'place';

-- 4.7 Readers: generations of collections, and who is told -------------------------------------------------------------

create table if not exists embedding_collection (
    name             text primary key,
    description      text not null default '',
    rows_table       text not null,
    rows_key         text not null default 'id',
    embeddings_table text not null,
    exposed          text[],
    enabled          boolean not null default true,
    constraint name_is_a_key check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    constraint rows_table_is_a_name check (rows_table ~ '^([a-z_][a-z0-9_]{0,62}\.)?[a-z_][a-z0-9_]{0,62}$'),
    constraint rows_key_is_a_name check (rows_key ~ '^[a-z_][a-z0-9_]{0,62}$'),
    constraint embeddings_table_is_a_name check (embeddings_table ~ '^([a-z_][a-z0-9_]{0,62}\.)?[a-z_][a-z0-9_]{0,62}$')
);
comment on table embedding_collection is 'What the reading API serves: a table of rows, and the table of their embeddings. Edit a row with any SQL client.';
comment on column embedding_collection.rows_table is 'Has a key of type text and either metadata jsonb or columns of its own, which are its metadata then.';
comment on column embedding_collection.embeddings_table is 'Has id text, embedding vector or halfvec, and model text.';
comment on column embedding_collection.exposed is 'The fields of metadata that are shown, filtered and sorted by; null: all of them.';

create table if not exists embedding_generation (
    collection text primary key,
    generation bigint not null default 1 check (generation > 0),
    changed_at timestamptz not null default clock_now()
);
comment on table embedding_generation is 'How often a collection has changed. What was read of an earlier generation is stale.';
comment on column embedding_generation.collection is 'The table that holds the embeddings, without "public.".';

create table if not exists cache_reader (
    name        text primary key,
    address     text not null check (address ~ '^[^/\s]{1,255}:[0-9]{1,5}$'),
    machine     text,
    token       text not null,
    certificate text,
    seen_at     timestamptz not null default clock_now()
);
comment on table cache_reader is 'A process that keeps what it has read. It writes its row itself, again every few seconds, and is forgotten if it does not.';
comment on column cache_reader.machine is 'Where the address can be reached from, if it is one of loopback; null: from everywhere.';
comment on column cache_reader.token is 'What the caller has to show. New at every start; it is good for forgetting what is cached and for nothing else.';
comment on column cache_reader.certificate is 'The certificate that the reader shows, in PEM; null: it is called in clear text.';

create table if not exists cache_invalidation (
    reader      text not null,
    collection  text not null,
    generation  bigint not null,
    told        bigint not null default 0,
    tries       integer not null default 0,
    claims      bigint not null default 0,
    next_try_at timestamptz not null default clock_now(),
    error       text,
    primary key (reader, collection)
);
comment on table cache_invalidation is 'The outbox of readers: one row for each of them and collection, written with the change. Open until told = generation.';
-- No foreign key: who writes a chunk would wait for a reader that is being forgotten.
comment on column cache_invalidation.claims is 'Counts who has taken the row; who is late changes nothing.';

create or replace function collection_key(name text) returns text
language sql immutable parallel safe
return regexp_replace(name, '^public\.', '');

-- Called last in the transaction that changes a collection: the row of the generation is locked from here to the commit.
-- Who changes several collections goes by their names, so that no two wait for each other.
create or replace function note_change(collection text) returns bigint language plpgsql as $$
declare
    key text := collection_key(collection);
    newest bigint;
begin
    insert into embedding_generation as known (collection)
    values (key)
    on conflict on constraint embedding_generation_pkey
        do update set generation = known.generation + 1, changed_at = clock_now()
    returning known.generation into newest;
    insert into cache_invalidation as waiting (reader, collection, generation)
    select reader.name, key, newest
    from cache_reader as reader
    where reader.seen_at > clock_now() - interval '1 minute'
    order by reader.name
    on conflict on constraint cache_invalidation_pkey do update set generation = excluded.generation;
    perform tell_engine('generation', key || ':' || newest);
    return newest;
end $$;
comment on function note_change is 'Make the next generation of a collection, and have its readers told after the commit. Returns the generation.';

-- It runs in the transaction of any client that writes embeddings, whatever its search_path.
do $$
begin
    execute format('alter function note_change(text) set search_path = %I, pg_temp', current_schema());
end $$;

-- 4.8 Limits: how much may run at once, and how much may begin in a minute. Whoever is about to begin something locks the
--     row of its limit until the commit, and counts live rows: there is no counter that could leak. ---------------------

create table if not exists batch_limit (
    scope          text not null,
    name           text not null,
    max_running    integer,
    max_per_minute integer,
    primary key (scope, name),
    constraint scope_is_known check (scope in ('runner', 'provider_calls', 'provider_jobs')),
    constraint name_is_a_key check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    constraint limits_are_positive check (max_running > 0 and max_per_minute > 0),
    constraint something_is_limited check (num_nonnulls(max_running, max_per_minute) > 0)
);
comment on table batch_limit is 'What all engines on this database may do together. Edit a row with any SQL client: it is effective within a second.';
comment on column batch_limit.scope is 'What is limited: runner (steps and shards), provider_calls (live calls), provider_jobs (batch jobs).';
comment on column batch_limit.name is 'Which runner, or which provider.';
comment on column batch_limit.max_running is 'How many at once; null: any number. What runs already when it is lowered may end.';
comment on column batch_limit.max_per_minute is 'How many may begin in any 60 seconds; null: any number. A step that goes on after a snooze begins again.';

create table if not exists batch_limit_use (
    scope   text not null,
    name    text not null,
    used_at timestamptz not null default clock_now(),
    uses    integer not null check (uses > 0)
);
comment on table batch_limit_use is 'What has begun lately under a limit per minute, written by the statement that begins it. Engines delete what is older.';
create index if not exists batch_limit_use_recent on batch_limit_use (scope, name, used_at);

-- Live calls under way; there are never many.
create index if not exists provider_batch_item_under_way on provider_batch_item (provider_batch_id)
    where sending_at is not null;

create or replace function count_running(limited batch_limit) returns bigint language plpgsql stable as $$
begin
    if limited.scope = 'runner' then
        return (select count(*) from batch_step as step where step.state = 'running' and step.runner = limited.name);
    elsif limited.scope = 'provider_calls' then
        return (
            select count(*)
            from provider_batch_item as call
            join provider_batch as job on job.id = call.provider_batch_id
            where call.sending_at is not null
              and call.broken_at is null
              and call.state = 'open'
              and job.provider = limited.name
              -- One whose answer is kept is over, and only not taken in yet.
              and not exists (select from provider_answer as answer where answer.request_hash = call.request_hash));
    end if;
    return (
        select count(*)
        from provider_batch as job
        where job.provider = limited.name and job.mode = 'batch' and job.state in ('submitting', 'submitted'));
end $$;

create or replace function count_begun(limited batch_limit) returns bigint language plpgsql stable as $$
begin
    return coalesce((
        select sum(recent.uses)
        from batch_limit_use as recent
        where recent.scope = limited.scope
          and recent.name = limited.name
          and recent.used_at > clock_now() - interval '1 minute'
    ), 0);
end $$;

create or replace function limit_room(limited batch_limit) returns integer language plpgsql stable as $$
begin
    return greatest(0, least(
        case when limited.max_running is not null then limited.max_running - count_running(limited) end,
        case when limited.max_per_minute is not null then limited.max_per_minute - count_begun(limited) end));
end $$;
comment on function limit_room is 'How many more may begin now. Only good for a decision while the limit is locked.';

-- Both are volatile, so that each statement in them sees what was committed before it: the count comes after the lock.
create or replace function try_limit(scope text, name text) returns integer language plpgsql as $$
declare
    limited batch_limit;
begin
    select * into limited from batch_limit as l
    where (l.scope, l.name) = (try_limit.scope, try_limit.name) and limit_room(l) > 0
    for no key update skip locked;
    return case when found then limit_room(limited) else 0 end;
end $$;
comment on function try_limit is 'Lock a limit until the commit and say how much room it has: none, for who comes while another decides.';

-- Patience ends before somebody who has edited a limit and does not commit could hold up those who wait their turn.
create or replace function wait_for_limit(scope text, name text) returns integer
language plpgsql set lock_timeout = '500ms' as $$
declare
    limited batch_limit;
begin
    select * into limited from batch_limit as l where (l.scope, l.name) = (wait_for_limit.scope, wait_for_limit.name)
    for no key update;
    return case when found then limit_room(limited) end;
exception
    when lock_not_available then
        return 0;
end $$;
comment on function wait_for_limit is 'Lock a limit until the commit and say how much room it has; null: there is no such limit.';

create or replace function take_room(scope text, name text, wanted integer) returns integer language plpgsql as $$
declare
    taken integer;
begin
    if wanted = 0 then
        return 0;
    end if;
    taken := least(wanted, wait_for_limit(scope, name));
    insert into batch_limit_use (scope, name, uses)
    select limited.scope, limited.name, taken
    from batch_limit as limited
    where (limited.scope, limited.name) = (take_room.scope, take_room.name)
      and limited.max_per_minute is not null
      and taken > 0;
    return taken;
end $$;
comment on function take_room is 'Say how many of so many may begin, and write down that they do. What is begun by the same transaction counts at once.';

create or replace function time_to_room(scope text, name text) returns interval language plpgsql stable as $$
begin
    return (
        select case when limited.max_per_minute <= count_begun(limited) then least('10 seconds', (
            select min(recent.used_at) + interval '1 minute' - clock_now()
            from batch_limit_use as recent
            where (recent.scope, recent.name) = (limited.scope, limited.name)
              and recent.used_at > clock_now() - interval '1 minute'
        )) end
        from batch_limit as limited
        where (limited.scope, limited.name) = (time_to_room.scope, time_to_room.name)
    );
end $$;
comment on function time_to_room is 'When to look again, if that is known: a minute after the oldest of what fills the limit, but soon.';

-- Always in the same order, so that no two wait for each other.
create or replace function runner_rooms(among text[], is_patient boolean) returns table (runner text, room integer)
language plpgsql as $$
declare
    limited text;
begin
    for limited in select l.name from batch_limit as l where l.scope = 'runner' and l.name = any(among) order by l.name loop
        runner := limited;
        room := case when is_patient then wait_for_limit('runner', limited) else try_limit('runner', limited) end;
        return next;
    end loop;
end $$;
comment on function runner_rooms is 'Lock the limits of these runners and say how much room they have; those that are not limited are left out.';

create or replace function waiting_runners() returns setof text language plpgsql stable as $$
begin
    return query
        with recursive waiting (name) as (
            (select step.runner from batch_step as step where step.state = 'ready' order by step.runner limit 1)
            union all
            select (
                select step.runner
                from batch_step as step
                where step.state = 'ready' and step.runner > waiting.name
                order by step.runner
                limit 1)
            from waiting
            where waiting.name is not null
        )
        select name from waiting where name is not null;
end $$;
comment on function waiting_runners is 'The runners of ready steps, by one look at the index for each of them, however many steps there are.';

create or replace function due_shares(wanted integer, for_queue boolean, runners text[]) returns table (runner text, share bigint)
language plpgsql as $$
begin
    return query
        with waiting as materialized (
            select name from waiting_runners() as name where runners is null or name = any (runners)
        ), allowed as materialized (
            select waiting.name, least(wanted, case when for_queue then limited.room - (
                select count(*)
                from batch_step as step
                where step.state = 'ready' and step.runner = waiting.name and step.published_at is not null
            ) else limited.room end) as most
            from waiting
            left join runner_rooms(array(select name from waiting), for_queue) as limited on limited.runner = waiting.name
        ), first as (
            select allowed.name
            from allowed
            cross join lateral (
                select step.priority, step.run_after, step.id
                from batch_step as step
                where step.state = 'ready'
                  and step.runner = allowed.name
                  and step.run_after <= clock_now()
                  and not (for_queue and step.published_at is not null)
                order by step.priority desc, step.run_after, step.id
                limit greatest(0, allowed.most)
            ) as due
            order by due.priority desc, due.run_after, due.id
            limit wanted
        )
        select first.name, count(*) from first group by first.name;
end $$;
comment on function due_shares is
    'Of the most urgent due steps within the limits, how many are of which of these runners; null: of all. For a queue: what is published counts as running.';

create or replace function refuse_bad_limit() returns trigger language plpgsql as $$
declare
    scopes text[] := '{runner,provider_calls,provider_jobs}';
    runners text[] := array(select r.name from batch_runner as r order by r.name);
begin
    if new.scope <> all (scopes) then
        raise exception 'unknown scope %', shown(new.scope) || did_you_mean(new.scope, scopes)
            using errcode = 'BD008',
                  hint = 'runner limits steps and shards, provider_calls live calls, provider_jobs batch jobs.';
    elsif new.scope = 'runner' and new.name <> all (runners) then
        raise exception 'unknown runner %', shown(new.name) || did_you_mean(new.name, runners)
            using errcode = 'BD008',
                  hint = 'Registered: ' || coalesce(nullif(array_to_string(runners, ', '), ''), 'none, start an engine') || '.';
    elsif least(new.max_running, new.max_per_minute) < 1 or num_nonnulls(new.max_running, new.max_per_minute) = 0 then
        raise exception 'the limit of % % must be a number above 0: max_running, max_per_minute or both', new.scope, new.name
            using errcode = 'BD008', hint = 'To lift a limit, delete its row.';
    end if;
    return new;
end $$;

create or replace function report_limits() returns trigger language plpgsql as $$
begin
    perform tell_engine('limit', '');
    return null;
end $$;

create or replace trigger batch_limit_1_check before insert or update on batch_limit
for each row execute function refuse_bad_limit();

create or replace trigger batch_limit_2_report after insert or update or delete or truncate on batch_limit
for each statement execute function report_limits();

create or replace view batch_limit_overview as
select
    limited.scope,
    limited.name,
    count_running(limited) as running,
    limited.max_running,
    count_begun(limited) as begun_last_minute,
    limited.max_per_minute,
    case when limited.scope = 'runner' then (
        select count(*)
        from batch_step as step
        where step.state = 'ready' and step.runner = limited.name and step.run_after <= clock_now()
    ) end as waiting
from batch_limit as limited;
comment on view batch_limit_overview is
    'Each limit, and how it is used now. begun_last_minute counts only while there is a limit per minute.';

-- ---------------------------------------------------------------------------------------------------------------------
-- 5. What the states mean, and the legal edges between them: refused from any client.
--    In triggers, for a CHECK and a trigger's condition are parsed anew by every statement that writes the table: that
--    was half the time of an update of one row. What is broken is named as a CHECK would name it. The functions name no
--    table and no function of ours, so they need no search_path of their own, which would cost each row more than they do.
-- ---------------------------------------------------------------------------------------------------------------------

-- An edge that is legal for the engine, made by hand, would leave the counters wrong and the instance without an end.
create or replace function is_engine() returns boolean
language sql stable parallel safe
return coalesce(current_setting('batchdag.engine', true), '') = 'on';
comment on function is_engine is 'Whether this session, or the function that it has called, may move states.';

create or replace function check_step() returns trigger language plpgsql as $$
declare
    broken text := case
        when tg_op = 'UPDATE' and old.state <> new.state and not case old.state
            when 'pending' then new.state in ('ready', 'running', 'skipped', 'upstream_failed', 'failed', 'cancelled')
            when 'ready' then new.state in ('running', 'cancelled')
            when 'running' then new.state in ('ready', 'succeeded', 'failed', 'cancelled')
            else new.state = 'pending'
        end then 'legal_edges'
        when tg_op = 'INSERT' and new.state not in (
            'pending', 'ready', 'running', 'succeeded', 'failed', 'skipped', 'upstream_failed', 'cancelled')
            then 'state_is_known'
        when (tg_op = 'INSERT' or old.state <> new.state) and not is_engine() then 'by_hand'
        when (new.state = 'running') <> (new.leased_by is not null)
            or (new.state = 'running') <> (new.lease_expires_at is not null) then 'leased_iff_running'
        when (new.state in ('pending', 'ready', 'running')) <> (new.finished_at is null) then 'finished_iff_terminal'
        when least(new.attempt, new.failures, new.losses, new.snoozes, new.waiting_on, new.parents_succeeded,
                   new.parents_failed, new.shard) < 0 then 'counters_are_not_negative'
    end;
begin
    if broken is null then
        return new;
    elsif broken = 'legal_edges' then
        raise exception 'step % cannot go from % to %', old.id, old.state, new.state
            using errcode = 'BD002',
                  hint = 'The engine moves states. Use start_instance, cancel_instance or retry_instance.';
    elsif broken = 'by_hand' then
        raise exception 'the steps of instance % are written by the engine alone, which counts them', new.batch_instance_id
            using errcode = 'BD002', hint = 'Use start_instance, cancel_instance or retry_instance.';
    end if;
    raise exception 'step % violates %', new.id, broken
        using errcode = 'check_violation', table = 'batch_step', constraint = broken,
              hint = 'The engine writes these columns together. Use start_instance, cancel_instance or retry_instance.';
end $$;

create or replace function check_instance() returns trigger language plpgsql as $$
declare
    broken text := case
        when tg_op = 'UPDATE' and old.status <> new.status and not case old.status
            when 'pending' then new.status in ('running', 'cancelled', 'failed')
            when 'running' then new.status in ('succeeded', 'failed', 'cancelled')
            when 'failed' then new.status = 'running'
            when 'cancelled' then new.status = 'running'
            else false
        end then 'legal_edges'
        when tg_op = 'UPDATE' and not is_engine()
            and (old.status, old.open_steps, old.failed_steps) <> (new.status, new.open_steps, new.failed_steps) then 'by_hand'
        when tg_op = 'INSERT' and new.status not in ('pending', 'running', 'succeeded', 'failed', 'cancelled')
            then 'status_is_known'
        when (new.status in ('pending', 'running')) <> (new.finished_at is null) then 'finished_iff_terminal'
        when new.finished_at is not null and new.open_steps <> 0 then 'nothing_open_when_terminal'
        when least(new.open_steps, new.failed_steps) < 0 then 'counters_are_not_negative'
    end;
begin
    if broken is null then
        return new;
    elsif broken = 'legal_edges' then
        raise exception 'instance % cannot go from % to %', old.id, old.status, new.status
            using errcode = 'BD002',
                  hint = 'The engine moves states. Use start_instance, cancel_instance or retry_instance.';
    elsif broken = 'by_hand' then
        raise exception 'the status of instance % and its counters are written by the engine alone', new.id
            using errcode = 'BD002', hint = 'Use cancel_instance or retry_instance.';
    end if;
    raise exception 'instance % violates %', new.id, broken
        using errcode = 'check_violation', table = 'batch_instance', constraint = broken,
              hint = 'The engine writes these columns together. Use start_instance, cancel_instance or retry_instance.';
end $$;

create or replace trigger batch_step_edges before insert or update on batch_step
for each row execute function check_step();

create or replace trigger batch_instance_edges before insert or update on batch_instance
for each row execute function check_instance();

-- What the triggers replace, in a database of an earlier version.
do $$
declare
    replaced record;
begin
    for replaced in
        select conrelid::regclass as owner, conname as name
        from pg_constraint
        where (conrelid = 'batch_step'::regclass and conname in (
                'batch_step_state_check', 'counters_are_not_negative', 'leased_iff_running', 'finished_iff_terminal'))
           or (conrelid = 'batch_instance'::regclass and conname in (
                'batch_instance_status_check', 'batch_instance_open_steps_check', 'batch_instance_failed_steps_check',
                'finished_iff_terminal', 'nothing_open_when_terminal'))
           or (conrelid = 'batch_step_result'::regclass and conname = 'batch_step_result_batch_instance_id_fkey')
    loop
        execute format('alter table %s drop constraint %I', replaced.owner, replaced.name);
    end loop;
    if to_regprocedure('refuse_edge()') is not null then
        drop function refuse_edge();
    end if;
end $$;

-- 5.1 A chain's turn, in one statement: statements of this size cost more to send and to set up than to carry out --------

-- Reports a success and claims the step that it releases, if that one waits for nothing else and is due. All null: the
-- report is no longer its worker's, or the step is not as expected, and nothing was changed. The order of the locks is the
-- engine's: the instance, then its steps.
create or replace function pass_on(
    reported bigint, reported_attempt integer, reported_snoozes integer, result jsonb, instance bigint, child text,
    parents integer, worker text, lease interval,
    out id bigint, out batch_instance_id bigint, out step_key text, out shard integer, out attempt integer,
    out snoozes integer, out failures integer, out shard_input jsonb, out version integer, out cancel_requested boolean
) language plpgsql as $$
#variable_conflict use_column
declare
    moment timestamptz := clock_now();
    next_id bigint;
    next_version integer;
    own batch_step_result;
begin
    -- What locks the instance counts as well: a lock of its own would write the row twice.
    update batch_instance as i set open_steps = i.open_steps - 1 where i.id = instance and i.open_steps > 1
    returning i.version into next_version;
    if not found then
        return;
    end if;
    select s.id into next_id
    from batch_step as s
    where s.batch_instance_id = instance and s.step_key = child and s.shard = 0 and s.dropped_at is null
      and s.state = 'pending' and s.waiting_on = 1 and s.parents_succeeded = parents - 1 and s.parents_failed = 0
      and s.run_after <= moment;
    if found then
        update batch_step as s
        set state = 'succeeded', reason = null, error = null, finished_at = moment, leased_by = null,
            lease_expires_at = null
        where s.id = reported and s.attempt = reported_attempt and s.snoozes = reported_snoozes and s.leased_by = worker
        returning s.step_key, s.started_at into own.step_key, own.started_at;
    end if;
    if not found then
        update batch_instance as i set open_steps = i.open_steps + 1 where i.id = instance;
        return;
    end if;
    insert into batch_step_result
        (batch_instance_id, step_key, attempt, result_payload, worker, started_at, finished_at)
    values (instance, own.step_key, reported_attempt, result, worker, own.started_at, moment);
    update batch_step as s
    set state = 'running', waiting_on = 0, parents_succeeded = parents, attempt = s.attempt + 1, leased_by = worker,
        lease_expires_at = moment + lease, started_at = moment, progress = null
    where s.id = next_id
    returning s.id, s.batch_instance_id, s.step_key, s.shard, s.attempt, s.snoozes, s.failures, s.shard_input, next_version,
        s.cancel_requested_at is not null
    into id, batch_instance_id, step_key, shard, attempt, snoozes, failures, shard_input, version, cancel_requested;
end $$;
comment on function pass_on is 'What the engine does at the end of a step that one other step waits for; not for people.';

-- ---------------------------------------------------------------------------------------------------------------------
-- 6. Validation: a bad definition is refused from any SQL client, with one error (BD001) that lists every problem.
--    One function for each concern, each returning (path, message); definition_problems puts them together. Everything
--    here is linear in its input, or bounded: an analyst's text never decides how long a check runs. A function
--    stands after those that it calls, since PostgreSQL binds most bodies when it creates them.
-- ---------------------------------------------------------------------------------------------------------------------

-- 6.1 Words: how values and places are named in a message ------------------------------------------------------------

create or replace function shown(value jsonb) returns text
language sql immutable parallel safe
return case when length(value::text) > 60 then left(value::text, 57) || '...' else value::text end;

create or replace function shown(word text) returns text
language sql immutable parallel safe
return '"' || case when length(word) > 60 then left(word, 57) || '...' else word end || '"';

create or replace function path_below(path text, field text) returns text
language sql immutable parallel safe
return path || case when field ~ '^[A-Za-z_$][A-Za-z0-9_$-]{0,62}$' then '.' || field else '[' || shown(field) || ']' end;

create or replace function path_order(path text) returns text
language sql immutable parallel safe
return (
    select string_agg(case when part ~ '^[0-9]{1,8}$' then lpad(part, 8, '0') else part end, '[' order by n)
    from regexp_split_to_table(path, '[][]') with ordinality as split(part, n)
);
comment on function path_order is 'A sort key that puts steps[2] before steps[10].';

create or replace function edit_distance(word text, other text) returns integer
language plpgsql immutable parallel safe as $$
declare
    far_above integer[];
    above integer[] := array(select generate_series(0, length(other)));
    here integer[];
begin
    for i in 1 .. length(word) loop
        here := array[i];
        for j in 1 .. length(other) loop
            here[j + 1] := least(
                above[j + 1] + 1, here[j] + 1, above[j] + (substr(word, i, 1) <> substr(other, j, 1))::integer
            );
            if i > 1 and j > 1 and substr(word, i - 1, 2) = reverse(substr(other, j - 1, 2)) then
                here[j + 1] := least(here[j + 1], far_above[j - 1] + 1);
            end if;
        end loop;
        far_above := above;
        above := here;
    end loop;
    return above[length(other) + 1];
end $$;
comment on function edit_distance is 'Levenshtein''s, with two letters swapped counting as one edit.';

create or replace function did_you_mean(word text, known text[]) returns text
language sql immutable parallel safe
return coalesce((
    select format(' (did you mean "%s"?)', near.name)
    from (
        select name
        from unnest(known) as name
        where length(word) <= 63 and abs(length(name) - length(word)) <= 3 and length(name) <= 63
        order by (left(name, 1) = left(word, 1))::integer + (left(name, 3) = left(word, 3))::integer
            + (right(name, 2) = right(word, 2))::integer desc, name
        limit 12
    ) as near
    cross join edit_distance(lower(word), lower(near.name)) as distance
    where distance <= greatest(1, length(word) / 3) and distance < length(word)
    order by distance, near.name
    limit 1
), '');
comment on function did_you_mean is 'Measures the 12 most alike of the known words, so that a long list cannot slow it down.';

-- 6.2 JSON Schema: the subset that params need. Problems come as pairs in one array (path, message, path, message, ...),
--     which costs a good value nothing. A root with x-templated lets a template stand where another type is wanted; one
--     with x-strict takes 3.0 for no integer, as the models do.

create or replace function pairs(flat text[]) returns table (path text, message text)
language sql immutable parallel safe
begin atomic
    select flat[n], flat[n + 1] from generate_series(1, cardinality(flat), 2) as n;
end;

create or replace function ref_target(schema jsonb, root jsonb) returns jsonb
language sql immutable parallel safe
return case
    when schema ->> '$ref' like '#/$defs/%' then root -> '$defs' -> substr(schema ->> '$ref', 9)
end || (schema - '$ref');
comment on function ref_target is 'What a $ref stands for, with what is written beside it; null if it is not known.';

create or replace function type_words(wanted jsonb) returns text
language sql immutable parallel safe
return (
    select string_agg(
        case name
            when 'null' then 'null'
            when 'integer' then 'an integer'
            when 'object' then 'an object'
            when 'array' then 'an array'
            else 'a ' || name
        end, ' or ' order by n)
    from jsonb_array_elements_text(
        case jsonb_typeof(wanted) when 'array' then wanted else jsonb_build_array(wanted) end
    ) with ordinality as types(name, n)
);

create or replace function is_integer(value jsonb, strict boolean) returns boolean
language sql immutable parallel safe
return case
    when jsonb_typeof(value) <> 'number' then false
    when strict then scale(value::numeric) = 0
    else value::numeric = trunc(value::numeric)
end;

create or replace function has_type(value jsonb, wanted jsonb, root jsonb) returns boolean
language sql immutable parallel safe
return case
    when wanted is null or wanted ? jsonb_typeof(value) then true
    when wanted ? 'integer' then is_integer(value, root ? 'x-strict')
    else false
end;

create or replace function is_template(value jsonb) returns boolean
language sql immutable parallel safe
return jsonb_typeof(value) = 'string' and (value #>> '{}' like '%{{%' or value #>> '{}' like '%{\%%');

create or replace function json_problems(value jsonb, schema jsonb, path text, root jsonb, depth integer, fan integer)
returns text[]
language plpgsql immutable parallel safe as $$
declare
    found text[] := '{}';
begin
    if schema ? '$ref' and depth < 100 then
        return json_problems(value, ref_target(schema, root), path, root, depth + 1, fan);
    elsif schema = 'false' or depth >= 100 or fan > 1000 then
        return array[path, case when schema = 'false' then 'is not allowed here' else 'is too deep to check' end];
    elsif root ? 'x-templated' and is_template(value) and not schema ?| '{x-sql,x-per-item}' then
        return found;
    elsif not has_type(value, schema -> 'type', root) then
        return array[path, format('must be %s, not %s', type_words(schema -> 'type'), shown(value))];
    end if;
    case jsonb_typeof(value)
        when 'object' then found := object_problems(value, schema, path, root, depth, fan);
        when 'array' then found := array_problems(value, schema, path, root, depth, fan);
        when 'string' then found := string_problems(value #>> '{}', schema, path);
        when 'number' then found := number_problems(value::numeric, schema, path);
        else null;
    end case;
    if schema ?| '{enum,const}' then
        found := found || choice_problems(value, schema, path);
    end if;
    if schema ?| '{anyOf,oneOf,allOf}' then
        found := found || branch_problems(value, schema, path, root, depth, fan);
    end if;
    return found;
end $$;
comment on function json_problems is
    'fan is the number of alternatives passed on the way, multiplied: it bounds what schemas of schemas can cost.';

create or replace function missing_fields(value jsonb, schema jsonb, path text) returns text[]
language sql immutable parallel safe
return (
    select coalesce(array_agg(part order by field, n), '{}')
    from jsonb_array_elements_text(schema -> 'required') as required(field)
    cross join lateral unnest(array[path_below(path, field), 'is required']) with ordinality as flat(part, n)
    where not value ? field
);

create or replace function object_problems(value jsonb, schema jsonb, path text, root jsonb, depth integer, fan integer)
returns text[]
language plpgsql immutable parallel safe as $$
declare
    found text[] := '{}';
    fields jsonb := coalesce(schema -> 'properties', '{}');
    extra jsonb := case when schema ? 'patternProperties' then null else schema -> 'additionalProperties' end;
    field text;
    inner_value jsonb;
begin
    for field, inner_value in select * from jsonb_each(value) loop
        if fields ? field then
            found := found
                || json_problems(inner_value, fields -> field, path_below(path, field), root, depth + 1, fan);
        elsif extra = 'false' then
            found := found
                || array[path_below(path, field), 'unknown field' || did_you_mean(field, names_in(fields))];
        elsif jsonb_typeof(extra) = 'object' then
            found := found || json_problems(inner_value, extra, path_below(path, field), root, depth + 1, fan);
        end if;
        exit when cardinality(found) > 1000;
    end loop;
    return case when schema ? 'required' then found || missing_fields(value, schema, path) else found end;
end $$;

create or replace function names_in(object jsonb) returns text[]
language sql immutable parallel safe
return array(select jsonb_object_keys(object));

create or replace function array_problems(value jsonb, schema jsonb, path text, root jsonb, depth integer, fan integer)
returns text[]
language plpgsql immutable parallel safe as $$
declare
    found text[] := '{}';
    size integer := jsonb_array_length(value);
    item jsonb;
    n integer := 0;
begin
    if size < (schema ->> 'minItems')::numeric then
        found := found || array[path, format('must have at least %s items, not %s', schema ->> 'minItems', size)];
    elsif size > (schema ->> 'maxItems')::numeric then
        found := found || array[path, format('must have at most %s items, not %s', schema ->> 'maxItems', size)];
    end if;
    if schema -> 'items' not in ('{}', 'true') then
        for item in select * from jsonb_array_elements(value) loop
            found := found || json_problems(item, schema -> 'items', path || '[' || n || ']', root, depth + 1, fan);
            exit when cardinality(found) > 1000;
            n := n + 1;
        end loop;
    end if;
    return found;
end $$;

create or replace function table_problem(written text) returns text
language sql immutable parallel safe
return (
    select case
        when part is null then format('%s is not a table name; write "table" or "schema.table"', shown(written))
        when place like 'pg\_%' or place = 'information_schema'
            then format('%s belongs to PostgreSQL itself; use a table of your own', concat_ws('.', place, name))
        when lower(name) ~ '^(batch_|provider_|prompt_template|alert_|api_token|audit_)' or lower(name) in (
            'cache_invalidation', 'cache_reader', 'circuit_breaker', 'dead_letter', 'embedding_collection',
            'embedding_generation', 'generation', 'model_price', 'stream_checkpoint')
            then format('%s has a name that is reserved for the engine; use a table of your own', concat_ws('.', place, name))
    end
    from regexp_match(btrim(left(written, 1000), E' \t\r\n'), '^(?:("(?:[^"]|"")+"|[^".]+)\.)?("(?:[^"]|"")+"|[^".]+)$') as part
    cross join lateral (
        select case when part[1] like '"%' then replace(substr(part[1], 2, length(part[1]) - 2), '""', '"') else part[1] end as place,
            case when part[2] like '"%' then replace(substr(part[2], 2, length(part[2]) - 2), '""', '"') else part[2] end as name
    ) as named
);
comment on function table_problem is 'Why no step may write to this table, as definitions/tables.py says it; null: nothing is wrong.';

create or replace function string_problems(word text, schema jsonb, path text) returns text[]
language plpgsql immutable parallel safe as $$
declare
    size integer := length(word);
begin
    if size < (schema ->> 'minLength')::numeric then
        return array[path, case when size = 0 then 'must not be empty'
                           else format('must have at least %s characters', schema ->> 'minLength') end];
    elsif size > (schema ->> 'maxLength')::numeric then
        return array[path, format('must have at most %s characters, not %s', schema ->> 'maxLength', size)];
    elsif schema ? 'pattern' and not matches(word, schema ->> 'pattern') then
        return array[path, format('%s does not match the pattern %s', shown(word), schema ->> 'pattern')];
    elsif schema ? 'x-table' and table_problem(word) is not null then
        return array[path, table_problem(word)];
    end if;
    return '{}';
end $$;

create or replace function matches(word text, pattern text) returns boolean
language plpgsql immutable parallel safe as $$
begin
    -- A back reference can make PostgreSQL's own matcher slow, and so can a giant text: those are left to Python.
    return length(pattern) > 500 or length(word) > 100000 or pattern ~ '\\[1-9]' or word ~ pattern;
exception
    when invalid_regular_expression then return true;
end $$;

create or replace function number_problems(number numeric, schema jsonb, path text) returns text[]
language sql immutable parallel safe
return case
    when number < (schema ->> 'minimum')::numeric then array[path, 'must be at least ' || (schema ->> 'minimum')]
    when number > (schema ->> 'maximum')::numeric then array[path, 'must be at most ' || (schema ->> 'maximum')]
    when number <= (schema ->> 'exclusiveMinimum')::numeric
        then array[path, 'must be more than ' || (schema ->> 'exclusiveMinimum')]
    when number >= (schema ->> 'exclusiveMaximum')::numeric
        then array[path, 'must be less than ' || (schema ->> 'exclusiveMaximum')]
    else '{}'
end;

create or replace function choice_problems(value jsonb, schema jsonb, path text) returns text[]
language sql immutable parallel safe
return case
    when schema ? 'const' and value <> schema -> 'const'
        then array[path, format('must be %s, not %s', shown(schema -> 'const'), shown(value))]
    when schema ? 'enum' and not exists (
        select from jsonb_array_elements(schema -> 'enum') as choices(choice) where choice = value)
        then array[path, format('must be one of %s, not %s%s',
            (select string_agg(shown(choice), ', ' order by n)
             from jsonb_array_elements(schema -> 'enum') with ordinality as choices(choice, n)),
            shown(value),
            did_you_mean(value #>> '{}', array(select jsonb_array_elements_text(schema -> 'enum'))))]
    else '{}'
end;

create or replace function alternative_fields(branches jsonb) returns text[]
language sql immutable parallel safe
return (
    select array_agg(branch #>> '{required,0}' order by n)
    from jsonb_array_elements(branches) with ordinality as branches(branch, n)
    having count(*) > 1
       and bool_and(branch = jsonb_build_object('required', jsonb_build_array(branch #> '{required,0}')))
);
comment on function alternative_fields is
    'The fields of which exactly one is to be given, if that is all that the alternatives say; else null.';

create or replace function one_field_problem(value jsonb, fields text[], path text) returns text[]
language sql immutable parallel safe
return array[path, format('give exactly one of %s and %s; given: %s',
    array_to_string(trim_array(fields, 1), ', '), fields[cardinality(fields)],
    coalesce((select string_agg(field, ', ' order by n)
              from unnest(fields) with ordinality as wanted(field, n) where value ? field), 'none'))];

create or replace function branch_problems(value jsonb, schema jsonb, path text, root jsonb, depth integer, fan integer)
returns text[]
language plpgsql immutable parallel safe as $$
declare
    found text[] := '{}';
    branches jsonb := coalesce(schema -> 'anyOf', schema -> 'oneOf');
    branch jsonb;
    tried text[];
    nearest text[];
    fitting integer := 0;
begin
    for branch in select * from jsonb_array_elements(coalesce(schema -> 'allOf', '[]')) loop
        found := found
            || json_problems(value, branch, path, root, depth + 1, fan * jsonb_array_length(schema -> 'allOf'));
    end loop;
    for branch in select * from jsonb_array_elements(coalesce(branches, '[]')) loop
        tried := json_problems(value, branch, path, root, depth + 1, fan * jsonb_array_length(branches));
        fitting := fitting + (cardinality(tried) = 0)::integer;
        nearest := nearer(nearest, tried, path);
    end loop;
    if fitting <> 1 and jsonb_typeof(value) = 'object' and alternative_fields(schema -> 'oneOf') is not null then
        return found || one_field_problem(value, alternative_fields(schema -> 'oneOf'), path);
    elsif fitting > 1 and schema ? 'oneOf' then
        return found || array[path, 'fits more than one of the allowed forms'];
    elsif fitting = 0 then
        return found || nearest;
    end if;
    return found;
end $$;

create or replace function is_type_problem(found text[], path text) returns boolean
language sql immutable parallel safe
return cardinality(found) = 2 and found[1] = path and found[2] ~ '^must be (a|an|null)\M';

create or replace function nearer(one text[], other text[], path text) returns text[]
language sql immutable parallel safe
return case
    when one is null or cardinality(other) = 0 then other
    when is_type_problem(one, path) and is_type_problem(other, path)
        then array[path, regexp_replace(one[2], ', not .*', '') || regexp_replace(other[2], '^must be', ' or')]
    when is_type_problem(one, path) then other
    when is_type_problem(other, path) or cardinality(one) <= cardinality(other) then one
    else other
end;
comment on function nearer is 'Which failed alternative to explain: one that fits by type, then the one with less wrong.';

-- 6.3 The row but for its steps ---------------------------------------------------------------------------------------

create or replace function definition_schema() returns jsonb
language sql immutable parallel safe
return '{
    "x-strict": true,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$"},
        "description": {"type": "string", "maxLength": 1000000},
        "timezone": {"type": "string", "maxLength": 100},
        "params_schema": {"type": "object"},
        "enabled": {"type": "boolean"},
        "priority": {"type": "integer"},
        "max_active": {"type": ["integer", "null"], "minimum": 1},
        "misfire": {"type": "string", "enum": ["latest", "none", "all"]},
        "overlap": {"type": "string", "enum": ["skip", "queue", "allow"]},
        "budget_usd": {"type": ["number", "null"], "minimum": 0}
    }
}'::jsonb;

create or replace function column_problems(definition batch_definition) returns table (path text, message text)
language sql stable as $$
    select ltrim(found.path, '.'), found.message
    from pairs(json_problems(
        to_jsonb(definition) - '{steps,cron}'::text[], definition_schema(), '', definition_schema(), 0, 1)) as found
$$;

create or replace function timezone_problems(timezone text) returns table (path text, message text)
language sql stable as $$
    select 'timezone', format('unknown time zone %s%s', shown(timezone),
                              did_you_mean(timezone, array(select name from pg_timezone_names)))
    -- A case, and not an "and", of which the planner would ask the dearer half first: the names are files, and take 12 ms.
    where case when timezone = 'UTC' then false else not exists (select from pg_timezone_names where name = timezone) end
$$;

-- 6.4 Cron ------------------------------------------------------------------------------------------------------------

create or replace function cron_fields(cron text) returns text[]
language sql immutable parallel safe
return regexp_split_to_array(
    case cron
        when '@hourly' then '0 * * * *'
        when '@daily' then '0 0 * * *'
        when '@weekly' then '0 0 * * 0'
        when '@monthly' then '0 0 1 * *'
        when '@yearly' then '0 0 1 1 *'
        else upper(cron)
    end, ' +');

create or replace function cron_number(word text, low integer, names text[]) returns integer
language sql immutable parallel safe
return case when word ~ '^[0-9]{1,2}$' then word::integer else array_position(names, word) - 1 + low end;

create or replace function cron_part(part text, low integer, high integer, names text[]) returns integer[]
language plpgsql immutable parallel safe as $$
declare
    words text[] := regexp_match(part, '^(\*|[0-9]{1,2}|[A-Z]{3})(-([0-9]{1,2}|[A-Z]{3}))?(/([0-9]{1,3}))?$');
    first integer := case words[1] when '*' then low else cron_number(words[1], low, names) end;
    last integer := case
        when words[3] is not null then cron_number(words[3], low, names)
        when words[1] = '*' or words[5] is not null then high
        else first
    end;
begin
    if words is null or (words[1] = '*' and words[3] is not null) or words[5]::integer = 0
        or coalesce(first < low or last > high or first > last, true)
    then
        return null;
    end if;
    return array(select generate_series(first, last, coalesce(words[5]::integer, 1)));
end $$;
comment on function cron_part is 'The values of one part of a list, as 1-5/2; null if it is not valid.';

create or replace function cron_values(field text, low integer, high integer, names text[]) returns integer[]
language sql immutable parallel safe
return (
    select case when bool_or(part_values is null) then null else array(
        select distinct value
        from unnest(string_to_array(field, ',')) as part, unnest(cron_part(part, low, high, names)) as value
    ) end
    from unnest(string_to_array(field, ',')) as part
    cross join cron_part(part, low, high, names) as part_values
);

create or replace function cron_problems(cron text) returns table (path text, message text)
language plpgsql immutable as $$
declare
    fields text[] := cron_fields(left(cron, 1000));
begin
    if cron is null then
        return;
    elsif length(cron) > 200 then
        return query select 'cron', 'must have at most 200 characters';
    elsif cardinality(fields) <> 5 then
        return query select 'cron', format(
            '%s is not valid: write five fields (minute hour day month weekday) or one of '
            '@hourly, @daily, @weekly, @monthly, @yearly', shown(cron));
    else
        return query
            select 'cron', format('%s %s is not valid: write %s to %s%s, a range, a step or a list of them',
                                  unit, shown(field), low, high, ' or ' || names[1] || ' to ' || names[cardinality(names)])
            from cron_units(fields) where cron_values(field, low, high, names) is null;
        return query
            select 'cron', format('%s never comes: no such day in any of its months', shown(cron))
            where never_comes(fields);
    end if;
end $$;

create or replace function cron_units(fields text[])
returns table (unit text, field text, low integer, high integer, names text[])
language sql immutable parallel safe
begin atomic
    values
        ('minute', fields[1], 0, 59, null::text[]),
        ('hour', fields[2], 0, 23, null),
        ('day', fields[3], 1, 31, null),
        ('month', fields[4], 1, 12, '{JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC}'),
        ('weekday', fields[5], 0, 7, '{SUN,MON,TUE,WED,THU,FRI,SAT}');
end;

create or replace function never_comes(fields text[]) returns boolean
language sql immutable parallel safe
return (left(fields[3], 1) = '*' or left(fields[5], 1) = '*') and not coalesce((
    select bool_or(day <= ('{31,29,31,30,31,30,31,31,30,31,30,31}'::integer[])[month])
    from unnest(cron_values(fields[3], 1, 31, null)) as day,
        unnest(cron_values(fields[4], 1, 12, '{JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC}')) as month
), true);
comment on function never_comes is 'Whether no month has the day; a weekday that is restricted too comes instead of it.';

-- 6.5 A schema of params: checked by a schema of schemas --------------------------------------------------------------

create or replace function schema_of_schemas() returns jsonb
language sql immutable parallel safe
return '{
    "$defs": {
        "schema": {"type": ["object", "boolean"], "properties": {
            "type": {"anyOf": [{"$ref": "#/$defs/type"},
                               {"type": "array", "items": {"$ref": "#/$defs/type"}, "minItems": 1}]},
            "properties": {"$ref": "#/$defs/schemas"},
            "$defs": {"$ref": "#/$defs/schemas"},
            "additionalProperties": {"$ref": "#/$defs/schema"},
            "items": {"$ref": "#/$defs/schema"},
            "required": {"type": "array", "items": {"type": "string"}},
            "enum": {"type": "array", "minItems": 1},
            "anyOf": {"$ref": "#/$defs/list"}, "oneOf": {"$ref": "#/$defs/list"}, "allOf": {"$ref": "#/$defs/list"},
            "$ref": {"type": "string", "pattern": "^#/\\$defs/[^/]+$"},
            "pattern": {"type": "string"},
            "title": {"type": "string"},
            "description": {"type": "string"},
            "minimum": {"type": "number"}, "maximum": {"type": "number"},
            "exclusiveMinimum": {"type": "number"}, "exclusiveMaximum": {"type": "number"},
            "minLength": {"$ref": "#/$defs/count"}, "maxLength": {"$ref": "#/$defs/count"},
            "minItems": {"$ref": "#/$defs/count"}, "maxItems": {"$ref": "#/$defs/count"}
        }},
        "schemas": {"type": "object", "additionalProperties": {"$ref": "#/$defs/schema"}},
        "list": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/schema"}},
        "count": {"type": "integer", "minimum": 0},
        "type": {"type": "string", "enum": ["object", "array", "string", "integer", "number", "boolean", "null"]}
    },
    "$ref": "#/$defs/schema"
}'::jsonb;

create or replace function pattern_problem(pattern text) returns text
language plpgsql immutable parallel safe as $$
begin
    -- What is escaped, or stands in brackets, means itself.
    if regexp_replace(pattern, '\\[^1-9k]|\[\^?\]?(?:\\.|[^\]\\])*\]', '_', 'g') ~ '\(\?<?[=!]|\\[1-9k]|\(\?P=' then
        return shown(pattern) || ' looks around or refers back, which no pattern may: to match it could take without end';
    end if;
    -- Counted repetitions within each other take seconds to set up: those are left to Python.
    perform '' ~ pattern where length(pattern) <= 500 and pattern !~ '[{].*[{]';
    return null;
exception
    when invalid_regular_expression then
        -- The engine's patterns (RE2) have a few forms that PostgreSQL's have not: those it judges itself.
        return case when pattern !~ '\\[pPxQzACB]|\(\?' then shown(pattern) || ' is not a regular expression: '
            || regexp_replace(sqlerrm, '^[^:]*: ', '') end;
end $$;
comment on function pattern_problem is 'What is wrong with a pattern of a JSON Schema; null: nothing, as far as PostgreSQL can tell.';

create or replace function params_schema_problems(schema jsonb) returns table (path text, message text)
language sql immutable as $$
    select * from pairs(json_problems(schema, schema_of_schemas(), 'params_schema', schema_of_schemas(), 0, 1))
    union all
    select 'params_schema.type', 'must be "object": params are named'
    where jsonb_typeof(schema) = 'object' and schema ->> 'type' is distinct from 'object'
    union all
    select 'params_schema.required', format('names %s, which is not one of the properties', shown(name))
    from jsonb_array_elements_text(
        case jsonb_typeof(schema -> 'required') when 'array' then schema -> 'required' else '[]' end) as required(name)
    where schema -> 'additionalProperties' = 'false' and not coalesce(schema -> 'properties', '{}') ? name
    union all
    select distinct 'params_schema', format('unknown $ref %s', shown(target))
    from jsonb_path_query(schema, 'strict $.**."$ref"', silent => true) as target
    where target #>> '{}' like '#/$defs/%' and not coalesce(schema -> '$defs', '{}') ? substr(target #>> '{}', 9)
    union all
    select distinct 'params_schema', problem
    from (
        select distinct pattern
        from jsonb_path_query(schema, 'strict $.**."pattern" ? (@.type() == "string")', silent => true) as pattern
        limit 1000
    ) as written
    cross join pattern_problem(pattern #>> '{}') as problem
    where problem is not null
$$;

-- 6.6 The shape of the steps ------------------------------------------------------------------------------------------

create or replace function step_schema() returns jsonb
language sql immutable parallel safe
return '{
    "$defs": {
        "key": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$"},
        "text": {"type": "string", "minLength": 1, "maxLength": 10000},
        "seconds": {"type": "number", "minimum": 0, "maximum": 2678400},
        "parallel": {"type": "object", "additionalProperties": false, "required": ["over"], "properties": {
            "over": {"$ref": "#/$defs/text"},
            "chunk": {"type": "integer", "minimum": 1, "maximum": 1000000},
            "maxConcurrency": {"type": "integer", "minimum": 1, "maximum": 10000},
            "tolerate": {"type": "object", "additionalProperties": false, "properties": {
                "count": {"type": "integer", "minimum": 0},
                "percent": {"type": "number", "minimum": 0, "maximum": 100}}}}},
        "retry": {"type": "object", "additionalProperties": false, "properties": {
            "maxAttempts": {"type": "integer", "minimum": 1, "maximum": 100},
            "intervalSeconds": {"$ref": "#/$defs/seconds"},
            "backoffRate": {"type": "number", "minimum": 1, "maximum": 100},
            "maxDelaySeconds": {"$ref": "#/$defs/seconds"},
            "jitter": {"type": "string", "enum": ["full", "none"]},
            "on": {"type": "array", "items": {"type": "string", "enum": [
                "transient", "timeout", "rate_limited", "unexpected", "invalid", "data", "budget", "lost_worker"]}}}}
    },
    "x-strict": true, "type": "object", "additionalProperties": false, "required": ["key"], "properties": {
        "key": {"$ref": "#/$defs/key"},
        "runner": {"anyOf": [{"$ref": "#/$defs/key"}, {"type": "null"}]},
        "description": {"type": "string"},
        "params": {"type": "object"},
        "nextSteps": {"type": "array", "items": {"$ref": "#/$defs/key"}},
        "condition": {"anyOf": [{"$ref": "#/$defs/text"}, {"type": "null"}]},
        "fanIn": {"type": "string", "enum": [
            "none_failed_min_one_success", "all_success", "none_failed", "any_success", "all_done", "any_failed"]},
        "parallel": {"anyOf": [{"$ref": "#/$defs/parallel"}, {"type": "null"}]},
        "retry": {"$ref": "#/$defs/retry"},
        "timeoutSeconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 2678400},
        "onFailure": {"type": "string", "enum": ["fail", "continue", "stop"]}
    }
}'::jsonb;
comment on function step_schema is 'What a step may hold: the same fields, ranges and values as definitions/models.py.';

create or replace function steps_of(steps jsonb) returns table (n integer, step jsonb)
language sql immutable parallel safe
begin atomic
    select ordinality::integer, value
    from jsonb_array_elements(case jsonb_typeof(steps) when 'array' then steps else '[]' end) with ordinality;
end;
comment on function steps_of is 'The steps with their numbers, from 1; a path counts from 0.';

create or replace function step_path(n integer) returns text
language sql immutable parallel safe
return 'steps[' || n - 1 || ']';

create or replace function plain_step(step jsonb) returns jsonb
language sql immutable parallel safe
return case when jsonb_typeof(step) = 'object' then step || jsonb_strip_nulls(jsonb_build_object(
    'key', case when jsonb_typeof(step -> 'key') = 'string'
                     and step @? '$.key ? (@ like_regex "^[a-z][a-z0-9_]{0,62}$")' then 'k' end,
    'runner', case when jsonb_typeof(step -> 'runner') = 'string'
                        and step @? '$.runner ? (@ like_regex "^[a-z][a-z0-9_]{0,62}$")' then 'r' end,
    'description', case when jsonb_typeof(step -> 'description') = 'string' then '' end,
    'params', case when jsonb_typeof(step -> 'params') = 'object' then '{}'::jsonb end,
    'nextSteps', case when jsonb_typeof(step -> 'nextSteps') = 'array'
                           and not step @? 'strict $.nextSteps[*] ? (@.type() != "string"
                                                          || !(@ like_regex "^[a-z][a-z0-9_]{0,62}$"))'
                      then '[]'::jsonb end,
    'condition', case when jsonb_typeof(step -> 'condition') = 'string'
                           and length(step ->> 'condition') between 1 and 10000 then 'c' end
)) else step end;
comment on function plain_step is
    'The step with a stand-in for what is plainly good and differs from step to step: alike steps are checked once.';

create or replace function shape_problems(steps jsonb) returns table (path text, message text)
language plpgsql immutable as $$
declare
    numbers integer[];
    plain jsonb;
    found text[] := '{}';
    total integer := 0;
begin
    if jsonb_typeof(steps) is distinct from 'array' or jsonb_array_length(steps) = 0 then
        return query select 'steps', format('must be an array of at least one step, not %s', coalesce(shown(steps), 'null'));
        return;
    end if;
    for numbers, plain in select array_agg(n), plain_step(step) from steps_of(steps) group by 2 order by min(n) loop
        found := json_problems(plain, step_schema(), '', step_schema(), 0, 1);
        return query select step_path(n) || p.path, p.message from unnest(numbers) as n, pairs(found) as p;
        total := total + cardinality(found);
        exit when total > 1000;
    end loop;
end $$;

create or replace function key_problems(steps jsonb) returns table (path text, message text)
language sql immutable as $$
    select step_path(n) || '.key', format('%s is already the key of steps[%s]', shown(key), first - 1)
    from (
        select n, step ->> 'key' as key, min(n) over (partition by step ->> 'key') as first
        from steps_of(steps)
        where jsonb_typeof(step -> 'key') = 'string'
    ) as keyed
    where n > first
    order by n
    limit 501
$$;

-- 6.7 Runners and their params ----------------------------------------------------------------------------------------

create or replace function runner_of(step jsonb) returns text
language sql immutable parallel safe
return coalesce(step ->> 'runner', step ->> 'key');

create or replace function runner_problems(steps jsonb) returns table (path text, message text)
language plpgsql stable as $$
declare
    known text[] := array(select name from batch_runner order by name);
begin
    return query
        with unknown as (
            select n, runner_of(step) as runner, step ->> 'runner' is not null as named,
                row_number() over (order by n) as rank
            from steps_of(steps)
            where runner_of(step) <> all (known)
            order by n
            limit 501
        )
        select step_path(n) || case when named then '.runner' else '.key' end,
            format(case when named then 'unknown runner %s%s; registered: %s'
                   else 'names no runner, and %s is no registered one%s; registered: %s' end,
                shown(runner), case when rank <= 100 then did_you_mean(runner, known) else '' end,
                coalesce(nullif(array_to_string(known, ', '), ''), 'none (start an engine, or run batchdag init)'))
        from unknown;
end $$;

create or replace function has_separate_fields(schema jsonb) returns boolean
language sql immutable parallel safe
return coalesce(schema -> 'type', '"object"') = '"object"' and not schema ?| '{$ref,enum,const,anyOf,oneOf,allOf}';
comment on function has_separate_fields is 'Whether an object fits if it has the right fields and each of them fits by itself.';

create or replace function outline_of(schema jsonb) returns jsonb
language sql immutable parallel safe
return schema || jsonb_build_object(
    'properties', (
        select coalesce(jsonb_object_agg(name, '{}'::jsonb), '{}')
        from jsonb_object_keys(coalesce(schema -> 'properties', '{}')) as name
    )
) || case jsonb_typeof(schema -> 'additionalProperties') when 'object' then '{"additionalProperties": true}'::jsonb else '{}' end;
comment on function outline_of is 'The schema with its fields left open: it says which fields there may and must be.';

create or replace function field_schema(schema jsonb, field text) returns jsonb
language sql immutable parallel safe
return coalesce(
    schema -> 'properties' -> field,
    case when not schema ? 'patternProperties' and jsonb_typeof(schema -> 'additionalProperties') = 'object'
         then schema -> 'additionalProperties' end,
    '{}'
);

create or replace function params_parts(steps jsonb) returns table (runner text, field text, body text, numbers integer[])
language sql stable as $$
    with known as materialized (
        select name, has_separate_fields(params_schema) as by_field from batch_runner
    ), asking as materialized (
        select s.n, known.name, known.by_field, coalesce(s.step -> 'params', '{}') as params
        from steps_of(steps) as s
        join known on known.name = runner_of(s.step)
        where jsonb_typeof(coalesce(s.step -> 'params', '{}')) = 'object'
    ), part as (
        select n, name, null as field, params::text as body from asking where not by_field
        union all
        select n, name, null, coalesce((select jsonb_object_agg(key, null) from jsonb_object_keys(params) as key), '{}')::text
        from asking where by_field
        union all
        select n, name, key, value::text from asking cross join jsonb_each(params) where by_field
    )
    select name, field, body, array_agg(n order by n) from part group by name, field, body order by min(n)
$$;
comment on function params_parts is
    'What is to be checked: each field by itself, and (field null) which there are. Alike parts of alike steps are one row.';

create or replace function params_problems(steps jsonb) returns table (path text, message text)
language plpgsql stable as $$
declare
    schemas jsonb := (select jsonb_object_agg(name, params_schema || '{"x-templated": true}') from batch_runner);
    part record;
    schema jsonb;
    found text[];
    total integer := 0;
begin
    for part in select * from params_parts(steps) loop
        schema := schemas -> part.runner;
        found := case
            when part.field is not null then json_problems(
                part.body::jsonb, field_schema(schema, part.field), path_below('', part.field), schema, 1, 1)
            when has_separate_fields(schema) then json_problems(part.body::jsonb, outline_of(schema), '', schema, 0, 1)
            else json_problems(part.body::jsonb, schema, '', schema, 0, 1)
        end;
        if cardinality(found) > 0 then
            return query
                select step_path(n) || '.params' || p.path, p.message
                from unnest(part.numbers[1:501]) as n, pairs(found) as p;
            total := total + cardinality(found) * cardinality(part.numbers);
            exit when total > 1000;
        end if;
    end loop;
end $$;

-- 6.8 Texts: expressions, templates and SQL, read as tokens and never evaluated ---------------------------------------

create or replace function code_tokens(code text) returns text[]
language sql immutable parallel safe
return array(
    select token[1]
    from regexp_matches(
        code, $re$('(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\w+|[=!<>]=|\*\*|\S)$re$, 'g')
        as token
);

create or replace function token_class(token text, before text, earlier text) returns text
language sql immutable parallel safe
return case
    when token ~ '^[''"]' then case when length(token) > 1 and right(token, 1) = left(token, 1) then 'v' else 'x' end
    when token ~ '^[0-9]' then 'v'
    when before = '.' then case when token ~ '^\w' then 'a' else 'x' end
    when before = '|' then case when token ~ '^\w' then 'f' else 'x' end
    when token = 'not' then 'u'
    when before = 'is' or (before = 'not' and earlier = 'is') then 't'
    when token = 'in' then 'n'
    when token = 'is' then 'i'
    when token in ('and', 'or', '==', '!=', '<', '<=', '>', '>=', '+') then 'o'
    when token = '-' then 's'
    when token = ',' then 'c'
    when token in ('(', ')', '[', ']', '.', '|') then token
    when token ~ '^\w' then 'v'
    else 'x'
end;
comment on function token_class is
    'v value · a attribute · f filter · t test · u not · n in · i is · o operator · s minus · c comma · x not allowed';

create or replace function classed_tokens(tokens text[]) returns table (n bigint, token text, class text)
language sql immutable parallel safe
begin atomic
    select each.n, each.token, token_class(each.token, each.before, each.earlier)
    from (
        select t.n, t.token, lag(t.token) over (order by t.n) as before, lag(t.token, 2) over (order by t.n) as earlier
        from unnest(tokens) with ordinality as t(token, n)
    ) as each;
end;

create or replace function known_tests() returns text[]
language sql immutable parallel safe
return '{boolean,defined,eq,equalto,even,false,float,ge,gt,in,integer,le,lt,mapping,ne,none,number,odd,sequence,string,true,
    undefined}'::text[];

create or replace function known_filters() returns text[]
language sql immutable parallel safe
return '{abs,capitalize,count,d,default,first,float,int,items,join,keys,last,length,lower,map,max,min,replace,reverse,round,sort,
    split,string,sum,title,tojson,trim,truncate,unique,upper}'::text[];

create or replace function known_names() returns text[]
language sql immutable parallel safe
return '{params,instance,steps,shard,true,false,none,True,False,None}'::text[];

create or replace function token_problem(token text, class text) returns text
language sql immutable parallel safe
return case
    when class = 'x' and token ~ '^[''"]' then format('the string %s is not closed', shown(token))
    when class = 'x' then format('%s is not allowed in an expression', shown(token))
    when class in ('v', 'a', 'f', 't') and token ~ '^_'
        then format('%s is not allowed: names cannot begin with _', shown(token))
    when class = 'f' and token <> all (known_filters())
        then format('unknown filter %s%s', shown(token), did_you_mean(token, known_filters()))
    when class = 't' and token <> all (known_tests())
        then format('unknown test %s%s', shown(token), did_you_mean(token, known_tests()))
    when class = 'v' and token ~ '^[^\W\d]' and token <> all (known_names())
        then format('unknown name %s%s', shown(token), did_you_mean(token, known_names()))
end;

create or replace function expression_form_problem(classes text) returns text
language plpgsql immutable parallel safe as $$
declare
    brackets text := regexp_replace(classes, '[^][()]', '', 'g');
    plain text := classes;
begin
    if classes is null then
        return 'is empty';
    elsif classes ~ '[va\])]\(' then
        return 'calls are not allowed in an expression';
    end if;
    for _ in 1 .. 50 loop
        exit when brackets = '';
        brackets := replace(replace(brackets, '()', ''), '[]', '');
    end loop;
    if brackets <> '' then
        return 'brackets do not match, or are nested deeper than 50';
    end if;
    plain := regexp_replace(regexp_replace(plain, 'un', 'o', 'g'), 'iu?t(?=[v([])', 'o', 'g');
    plain := regexp_replace(plain, 'iu?t|\.a|\|f\(\)|\|f(?!\()', '', 'g');
    plain := regexp_replace(regexp_replace(plain, '\|f\(', 'o(', 'g'), '[ni]', 'o', 'g');
    plain := regexp_replace(plain, '([v)\]])\[', '\1oI', 'g');
    if plain ~ '(^|[osuc(I[])([oc)x]|$)|[osucI(]\]|[v)\]][vu([]' or plain ~ '[.|]' then
        return 'is not a complete expression: something is missing, or an operator is missing between two values';
    end if;
    return null;
end $$;
comment on function expression_form_problem is
    'Whether values and operators take turns. Brackets of indexes and of filter arguments count as operators here.';

create or replace function expression_problems(code text[]) returns text[]
language sql immutable parallel safe
return (
    with tokens as materialized (select * from classed_tokens(code))
    select array(
            select message
            from (select distinct token, class from tokens) as each
            cross join token_problem(token, class) as message
            where message is not null
        ) || array_remove(array[expression_form_problem(string_agg(class, '' order by n))], null)
    from tokens
);

create or replace function template_blocks(body text) returns text[]
language plpgsql immutable parallel safe as $$
declare
    token text;
    before text := '';
    opened text;
    quote text;
    blocks text[] := '{}';
begin
    -- Flat: the opening mark, then pieces of code, then null, and so on. Without the last null a block is not closed.
    for token in
        select piece[1] from regexp_matches(body, $re$(\{\{|\{%|\{#|\}\}|%\}|#\}|\\+|['"]|[^{}%#'"\\]+|.)$re$, 'g') as piece
    loop
        if opened is null then
            continue when token not in ('{{', '{%', '{#');
            opened := token;
            blocks := blocks || token;
        elsif quote is null and token = translate(reverse(opened), '{', '}') then
            opened := null;
            blocks := array_append(blocks, null);
        elsif opened <> '{#' then
            exit when quote is null and token in ('{{', '{%', '{#');
            blocks := blocks || case when quote is null then token else translate(token, '{%#', '   ') end;
            quote := quote_after(quote, token, before);
        end if;
        before := token;
    end loop;
    return blocks;
end $$;

create or replace function quote_after(quote text, token text, before text) returns text
language sql immutable parallel safe
return case
    when token not in ('''', '"') then quote
    when quote is null then token
    when token = quote and not (before ~ '^\\' and length(before) % 2 = 1) then null
    else quote
end;
comment on function quote_after is 'Which quote is open after this token; null outside a string.';

create or replace function statements_of(blocks text[]) returns table (word text)
language sql immutable parallel safe
begin atomic
    select coalesce(substring(code, '^[-+]?\s*(\w*)'), '')
    from (
        select n, block, lag(block) over (order by n) as before, lead(block) over (order by n) as code
        from unnest(blocks) with ordinality as b(block, n)
    ) as each
    where block = '{%' and before is null;
end;
comment on function statements_of is 'The first word of each {% %}.';

create or replace function template_token_problem(token text, before text, earlier text) returns text
language sql immutable parallel safe
return case
    when token ~ '^[''"]' then case
        when length(token) = 1 or right(token, 1) <> left(token, 1) then format('the string %s is not closed', shown(token))
        when token like '%\_\_%' then format('%s is not allowed: no __ in a template', shown(token))
    end
    when token ~ '^_' or token like '%\_\_%'
        then format('%s is not allowed: names cannot begin with _ or hold __', shown(token))
    when token in ('*', '**', '/') or token = '%' and before <> '{' then format('%s is not allowed in a template', token)
    when token ~ '^[0-9]{100}' then format('the number %s is too big', shown(token))
    when token = '(' and earlier is distinct from '|' and earlier is distinct from 'is'
         and (before ~ '^[''")\]]'
              or before ~ '^\w' and before not in ('and', 'or', 'not', 'in', 'is', 'if', 'else', 'elif', 'set'))
        then format('%s() is not allowed: a template cannot call anything', shown(before))
end;

create or replace function template_problems(blocks text[], tokens text[]) returns text[]
language sql immutable parallel safe
return array(
    with statement as materialized (select word from statements_of(blocks))
    select format('the statement %s is not allowed: write if, elif, else, for or set', shown(word))
    from statement
    where word not in ('if', 'elif', 'else', 'endif', 'for', 'endfor', 'set')
    union all
    select format('there are not as many %s as end%s', name, name)
    from unnest('{if,for}'::text[]) as name
    where (select count(*) from statement where word = name) <> (select count(*) from statement where word = 'end' || name)
    union all
    select distinct message
    from (
        select distinct token, lag(token) over (order by n) as before, lag(token, 2) over (order by n) as earlier
        from unnest(tokens) with ordinality as t(token, n)
    ) as each
    cross join template_token_problem(token, before, earlier) as message
    where message is not null
);

create or replace function marks_in(body text) returns integer
language sql immutable parallel safe
return length(body) - length(translate(body, '''"-*/$\', ''));
comment on function marks_in is 'How many characters could open or close a string, a name or a comment: what reading SQL costs.';

create or replace function opens(token text, before text) returns text
language sql immutable parallel safe
return case
    when token ~ '^''' and length(token) % 2 = 1 then case when before ~* '(^|\W)e$' then 'e''' else '''' end
    when token ~ '^"' and length(token) % 2 = 1 then '"'
    when token in ('--', '/*') then token
    when token ~ '^\$' and before ~ '^\$(|[^\W\d]\w*)$' then before
end;

create or replace function closes(token text, before text, inside text) returns boolean
language sql immutable parallel safe
return case inside
    when '--' then token = E'\n'
    when '''' then token ~ '^''' and length(token) % 2 = 1
    when 'e''' then token ~ '^''' and (length(token) - (before ~ '^\\' and length(before) % 2 = 1)::integer) % 2 = 1
    when '"' then token ~ '^"' and length(token) % 2 = 1
    else token ~ '^\$' and before = inside
end;

create or replace function sql_words(body text) returns text
language plpgsql immutable parallel safe as $$
declare
    token text;
    before text := '';
    words text[] := '{}';
    inside text;
    depth integer := 0;
begin
    if marks_in(body) > 20000 then
        return null;
    end if;
    for token in
        select piece[1] from regexp_matches(body, $re$('+|"+|--|/\*|\*/|\n|\$\w*|\\+|[^'"/*\n$\\-]+|.)$re$, 'g') as piece
    loop
        if inside is null then
            inside := opens(token, before);
            words := words || case when inside is null then token else ' ' end;
            depth := coalesce((inside = '/*')::integer, 0);
            before := case when inside is null then token else '' end;
        elsif inside = '/*' then
            depth := depth + (token = '/*')::integer - (token = '*/')::integer;
            inside := case when depth > 0 then inside end;
        elsif closes(token, before, inside) then
            inside := null;
            before := '';
        else
            before := token;
        end if;
    end loop;
    return array_to_string(words, '');
end $$;
comment on function sql_words is 'The text without its strings, quoted names and comments: what decides about ; in it.';

drop function if exists sql_problems(text);  -- it read the words itself
create or replace function sql_problems(body text, words text) returns text[]
language plpgsql immutable parallel safe as $$
declare
    found text[] := '{}';
begin
    if words is null then
        return array['has more than 20,000 quotes, dashes, stars, slashes and dollars'];
    end if;
    if words !~* '^[\s(]*(select|with|values|table)\M' then
        found := found || 'must be a query: begin with select, with, values or table'::text;
    end if;
    if words ~ ';\s*[^\s;]' then
        found := found || 'must be one statement: there is a ; in it'::text;
    end if;
    if body like '%{{%' then
        found := found || 'SQL is never rendered: write :name and bind the value instead of {{ }}'::text;
    end if;
    return found;
end $$;

create or replace function step_references(tokens text[]) returns text[]
language sql immutable parallel safe
return array(
    select case
        when after = '.' then name
        when after = '[' and name ~ '^[''"]' then substr(name, 2, length(name) - 2)
    end
    from (
        select n, token, lag(token) over (order by n) as before, lead(token) over (order by n) as after,
            lead(token, 2) over (order by n) as name
        from unnest(tokens) with ordinality as t(token, n)
    ) as each
    where token = 'steps' and before is distinct from '.'
    order by n
);
comment on function step_references is 'The keys named as steps.x or steps[''x'']; null where steps stands without a key.';

create or replace function token_line(tokens text[]) returns text
language sql immutable parallel safe
return (
    select string_agg(' ' || case when token ~ '^[''"]' and token !~ '^[''"]\w+[''"]$' then '""' else token end, '' order by n)
    from unnest(tokens) with ordinality as t(token, n)
);
comment on function token_line is 'The tokens with a blank before each; of the strings, only those that may be names.';

create or replace function param_reads(tokens text[], out plain text[], out guarded text[])
language plpgsql immutable parallel safe as $$
declare
    code text := ' ' || array_to_string(tokens, ' ');
    -- No regular expression here looks behind: the time of that grows with the square of the text.
    name text := $re$(?:^|[^.]) params (?:\. ([A-Za-z]\w*)|\[ ['"]([A-Za-z]\w*)['"] \])(?! [^\x01-\x7f])$re$;
    guard text := ' (?:\| (?:default|d)|is (?:not )?(?:un)?defined)\M';
    asked text := $re$['"]([A-Za-z]\w*)['"] (?:\) )*(?:is )?(?:not )?in (?:\( )*params(?! [.[])$re$;
begin
    if code ~ '[''"]' then
        code := token_line(tokens);
    end if;
    plain := array(select distinct coalesce(part[1], part[2]) from regexp_matches(code, name, 'g') as part);
    if code !~ '\m(?:d|default|defined|undefined|in)\M' then
        return;
    elsif regexp_replace(code, '\[ [^][]* \]', '', 'g') ~ ('[])]' || guard) then
        guarded := plain;
        return;
    end if;
    guarded := array(
        select coalesce(part[1], part[2])
        from regexp_matches(code, name || '(?: \. \w+| \[ [^][]* \])*' || guard, 'g') as part
        union all
        select part[1] from regexp_matches(code, asked, 'g') as part
    );
end $$;
comment on function param_reads is
    'The params that a text reads by name, and those that it knows may be missing: default, defined, in params. What stands before default in brackets is not taken apart: then all of them may.';

drop function if exists read_text(text, text), read_code(text, text);  -- they knew nothing of params
create or replace function read_code(
    kind text, body text, with_params boolean,
    out problems text[], out refers_to text[], out parts integer, out reads text[], out guards text[]
)
language plpgsql immutable as $$
declare
    blocks text[] := case when kind = 'template' then template_blocks(body) end;
    tokens text[] := code_tokens(case when kind = 'template' then array_to_string(blocks, '', E'\n') else body end);
begin
    parts := 20 + cardinality(tokens) + coalesce(cardinality(blocks), 0);
    if parts > 30000 then
        problems := array['has more than 30,000 parts, which is too long for an expression or a template'];
        return;
    elsif blocks[cardinality(blocks)] is not null then
        problems := array['a {{, {% or {# is not closed'];
        return;
    end if;
    problems := case when kind = 'template' then template_problems(blocks, tokens) else expression_problems(tokens) end;
    refers_to := step_references(tokens);
    if array_position(refers_to, null) is not null then
        refers_to := array_remove(refers_to, null);
        problems := problems || 'name the step that you mean, as in steps.load or steps["load"]'::text;
    end if;
    if with_params and 'params' = any (tokens) then
        select p.plain, p.guarded into reads, guards from param_reads(tokens) as p;
    end if;
end $$;

create or replace function is_plain_template(body text) returns boolean
language sql immutable parallel safe
return body ~ '^([^{}]*\{\{ *(params|instance|item|shard|steps\.[a-z0-9]\w*)(\.[a-z0-9]\w*)* *\}\})+[^{}]*$' and body !~ '__';
comment on function is_plain_template is
    'Whether a template has nothing but references by name, as most have: it spares 10,000 of them the longer look.';

create or replace function read_text(
    kind text, body text, with_params boolean,
    out problems text[], out refers_to text[], out parts integer, out reads text[], out guards text[]
)
language plpgsql immutable as $$
declare
    words text;
begin
    parts := 1;
    if kind = 'sql' then
        words := sql_words(body);
        problems := sql_problems(body, words);
        if with_params and position(':' in words) > 0 then
            reads := array(  -- each :name; what follows :: is a type
                select distinct name[1]
                from regexp_matches(words, '(?:^|[^:])(:[A-Za-z_](?:\w|[^\x01-\x7f])*)', 'g') as name
                where name[1] ~ '^[:A-Za-z0-9_]+$'
                limit 1000
            );
        end if;
        parts := 5 + marks_in(body);
    elsif kind = 'over' and body ~ '^[a-z][a-z0-9_]{0,62}$' then
        refers_to := array[body];
    elsif kind = 'template' and length(body) > 200000 then
        problems := array['is longer than 200,000 characters, which is too long for a template'];
    elsif kind = 'template' and is_plain_template(body) then
        refers_to := array(select key[1] from regexp_matches(body, '\{\{ *steps\.(\w+)', 'g') as key);
        parts := 5 + 5 * cardinality(refers_to);
        if with_params and position('params.' in body) > 0 then
            reads := array(select name[1] from regexp_matches(body, '\{\{ *params\.(\w+)', 'g') as name);
        end if;
    else
        select c.problems, c.refers_to, c.parts, c.reads, c.guards into problems, refers_to, parts, reads, guards
        from read_code(kind, body, with_params) as c;
    end if;
end $$;
comment on function read_text is
    'What is wrong with a text, which steps it names, how long reading it took, in parts; and the params that it reads, :name in SQL, and those that it knows to be missing at times.';

-- 6.9 Where the texts of a step are: its condition, its parallel.over, and every string in its params -------------------

create or replace function schema_below(schema jsonb, field text, root jsonb, depth integer default 0) returns jsonb
language plpgsql immutable parallel safe as $$
declare
    branch jsonb;
    found jsonb;
begin
    if depth > 10 or jsonb_typeof(schema) is distinct from 'object' then
        return null;
    elsif schema ? '$ref' then
        return schema_below(ref_target(schema, root), field, root, depth + 1);
    end if;
    found := case when field is null then schema -> 'items'
             else coalesce(schema -> 'properties' -> field, schema -> 'additionalProperties') end;
    if found is not null and found <> 'false' or not schema ?| '{anyOf,oneOf,allOf}' then
        return found;
    end if;
    for branch in
        select * from jsonb_array_elements(coalesce(schema -> 'anyOf', schema -> 'oneOf', schema -> 'allOf'))
    loop
        found := schema_below(branch, field, root, depth + 1);
        exit when found is not null and found <> 'false';
    end loop;
    return found;
end $$;
comment on function schema_below is
    'The schema of a field, or of the items where field is null; of the first alternative that has it.';

create or replace function is_sql(schema jsonb) returns boolean
language sql immutable parallel safe
return coalesce(schema @? '$."x-sql" ? (@ == true)' or schema @? '$.anyOf[*]."x-sql" ? (@ == true)', false);

create or replace function children(value jsonb, path text) returns table (field text, path text, value jsonb)
language sql immutable parallel safe
begin atomic
    select key, path_below(children.path, key), each.value
    from jsonb_each(case jsonb_typeof(children.value) when 'object' then children.value else '{}' end) as each(key, value)
    union all
    select null, children.path || '[' || ordinality - 1 || ']', each.value
    from jsonb_array_elements(case jsonb_typeof(children.value) when 'array' then children.value else '[]' end)
        with ordinality as each(value, ordinality);
end;

create or replace function described_children(value jsonb, path text, schema jsonb, root jsonb)
returns table (part_path text, part jsonb, part_schema jsonb)
language plpgsql immutable parallel safe as $$
declare
    item_schema jsonb;
begin
    if jsonb_typeof(value) = 'array' then
        item_schema := schema_below(schema, null, root);
        return query select c.path, c.value, item_schema from children(value, path) as c;
    else
        return query select c.path, c.value, schema_below(schema, c.field, root) from children(value, path) as c;
    end if;
end $$;
comment on function described_children is 'The parts of a value with the schema of each; that of the items is looked up once.';

create or replace function may_hold_text(value jsonb, schema jsonb) returns boolean
language sql immutable parallel safe
return case jsonb_typeof(value)
    when 'string' then value #>> '{}' ~ '\{[{%#]' or is_sql(schema)
    when 'object' then value::text ~ '\{[{%#]' or schema::text ~ '"x-sql"|"[$]ref"'
    when 'array' then value::text ~ '\{[{%#]' or schema::text ~ '"x-sql"|"[$]ref"'
    else false
end;

create or replace function params_texts(steps jsonb) returns table (n integer, path text, kind text, body text)
language sql stable as $$
    with recursive asking as materialized (
        select s.n, runner_of(s.step) as runner, s.step -> 'params' as params
        from steps_of(steps) as s
        where jsonb_typeof(s.step -> 'params') = 'object'
    ), field as materialized (
        select used.runner, used.key, found.schema, is_sql(found.schema) as is_sql,
            coalesce(r.params_schema::text ~ '"x-sql"' and found.schema::text ~ '"x-sql"|"[$]ref"', false) as holds_sql
        from (select distinct runner, key from asking cross join jsonb_object_keys(params) as key) as used
        left join batch_runner as r on r.name = used.runner
        cross join lateral schema_below(r.params_schema, used.key, r.params_schema) as found(schema)
    ), node (n, path, value, schema, runner, depth) as (
        select asking.n, path_below(step_path(asking.n) || '.params', part.key), part.value, field.schema, field.runner, 1
        from asking
        cross join jsonb_each(asking.params) as part
        join field on field.runner = asking.runner and field.key = part.key
        where case jsonb_typeof(part.value)
            when 'string' then part.value #>> '{}' ~ '\{[{%#]' or field.is_sql
            when 'object' then part.value::text ~ '\{[{%#]' or field.holds_sql
            when 'array' then part.value::text ~ '\{[{%#]' or field.holds_sql
        end
        union all
        select node.n, part_path, part, part_schema, node.runner, depth + 1
        from node
        left join batch_runner as r on r.name = node.runner
        cross join lateral described_children(node.value, node.path, node.schema, r.params_schema)
        where depth < 60 and jsonb_typeof(node.value) <> 'string' and may_hold_text(part, part_schema)
    )
    select n, path, case when is_sql(schema) then 'sql' else 'template' end, value #>> '{}'
    from node
    where jsonb_typeof(value) = 'string'
$$;
comment on function params_texts is
    'The strings in params that are SQL or templates. What holds none is not walked; a field is described once for each runner.';

create or replace function step_texts(steps jsonb) returns table (n integer, path text, kind text, body text)
language sql stable as $$
    select n, step_path(n) || '.condition', 'condition', step ->> 'condition'
    from steps_of(steps)
    where jsonb_typeof(step -> 'condition') = 'string' and length(step ->> 'condition') between 1 and 10000
    union all
    select n, step_path(n) || '.parallel.over', 'over', step #>> '{parallel,over}'
    from steps_of(steps)
    where jsonb_typeof(step #> '{parallel,over}') = 'string' and length(step #>> '{parallel,over}') between 1 and 10000
    union all
    select * from params_texts(steps)
$$;

-- 6.10 The graph ------------------------------------------------------------------------------------------------------

create or replace function keys_of(steps jsonb) returns text[]
language sql immutable parallel safe
return array(
    select case when jsonb_typeof(step -> 'key') = 'string' then step ->> 'key' end from steps_of(steps) order by n
);

create or replace function key_numbers(steps jsonb) returns jsonb
language sql immutable parallel safe
return (
    select coalesce(jsonb_object_agg(key, n order by n desc), '{}')
    from unnest(keys_of(steps)) with ordinality as keyed(key, n)
    where key is not null
);
comment on function key_numbers is 'The number of each key, as an object: looking up a key costs little, whatever plan is made.';

create or replace function next_steps(steps jsonb) returns table (n integer, place integer, name text, child integer)
language sql immutable parallel safe
begin atomic
    with numbered as materialized (select key_numbers(steps) as numbers)
    select s.n, next.place::integer - 1, next.name #>> '{}', (numbered.numbers -> (next.name #>> '{}'))::integer
    from numbered
    cross join steps_of(steps) as s
    cross join lateral jsonb_array_elements(
        case jsonb_typeof(s.step -> 'nextSteps') when 'array' then s.step -> 'nextSteps' else '[]' end
    ) with ordinality as next(name, place)
    where jsonb_typeof(next.name) = 'string';
end;
comment on function next_steps is 'Every entry of nextSteps with the number of the step that it names; null if there is none.';

create or replace function next_step_problems(steps jsonb, keys text[]) returns table (path text, message text)
language plpgsql immutable as $$
begin
    return query
        with entry as (
            select e.*, row_number() over (partition by e.n, e.name order by place) as times from next_steps(steps) as e
        ), bad as (
            select entry.*, row_number() over (order by n, place) as rank
            from entry
            where child is null or child = n or times > 1
        )
        select format('%s.nextSteps[%s]', step_path(n), place), case
            when child is null
                then format('unknown step %s%s', shown(name), case when rank <= 50 then did_you_mean(name, keys) else '' end)
            when times > 1 then format('%s is named twice', shown(name))
            else format('%s names itself', shown(name))
        end
        from bad
        order by rank
        limit 501;
end $$;

create or replace function topological_order(size integer, parents integer[], children integer[]) returns integer[]
language plpgsql immutable parallel safe as $$
declare
    -- The edges come sorted by parent: those of step n are starts[n] to starts[n + 1] - 1.
    starts integer[] := edge_starts(size, parents);
    waiting integer[] := in_degrees(size, children);
    ordered integer[] := array(select n from unnest(waiting) with ordinality as w(degree, n) where degree = 0 order by n);
    head integer := 1;
    tail integer := cardinality(ordered);
    child integer;
begin
    while head <= tail loop
        for edge in starts[ordered[head]] .. starts[ordered[head] + 1] - 1 loop
            child := children[edge];
            waiting[child] := waiting[child] - 1;
            if waiting[child] = 0 then
                tail := tail + 1;
                ordered[tail] := child;
            end if;
        end loop;
        head := head + 1;
    end loop;
    return ordered;
end $$;
comment on function topological_order is 'Kahn''s algorithm; steps in or behind a cycle are left out.';

create or replace function edge_starts(size integer, parents integer[]) returns integer[]
language sql immutable parallel safe
return array(
    select 1 + coalesce(sum(count(edge)) over (order by n rows between unbounded preceding and 1 preceding), 0)::integer
    from generate_series(1, size + 1) as n
    left join unnest(parents) as edge on edge = n
    group by n
    order by n
);

create or replace function in_degrees(size integer, children integer[]) returns integer[]
language sql immutable parallel safe
return array(
    select count(edge)::integer
    from generate_series(1, size) as n
    left join unnest(children) as edge on edge = n
    group by n
    order by n
);

do $$
begin
    create type step_graph as (keys text[], parents integer[], children integer[], ordered integer[]);
exception
    when duplicate_object then null;
end $$;

create or replace function graph_of(steps jsonb) returns step_graph
language plpgsql immutable parallel safe as $$
declare
    graph step_graph;
begin
    graph.keys := keys_of(steps);
    select coalesce(array_agg(n order by n, child), '{}'), coalesce(array_agg(child order by n, child), '{}')
    into graph.parents, graph.children
    from (select distinct n, child from next_steps(steps) where child <> n) as edge;
    graph.ordered := topological_order(cardinality(graph.keys), graph.parents, graph.children);
    return graph;
end $$;
comment on function graph_of is
    'The keys, the edges sorted by parent, and the steps parents first; a step that names itself has no edge.';

create or replace function cycle_problems(steps jsonb, graph step_graph) returns table (path text, message text)
language plpgsql immutable as $$
declare
    cycle integer[];
    first integer;
begin
    if cardinality(graph.ordered) = cardinality(graph.keys) then
        return;
    end if;
    cycle := find_cycle(cardinality(graph.keys), graph.ordered, graph.parents, graph.children);
    first := (select min(step) from unnest(cycle) as step);
    return query
        select format('%s.nextSteps[%s]', step_path(n), place), 'cycle: ' || cycle_words(graph.keys, cycle)
        from next_steps(steps)
        where n = cycle[1 + array_position(cycle, first) % cardinality(cycle)] and child = first
        limit 1;
    return query
        select step_path(n) || '.key', format('%s cannot be reached: it is in or behind a cycle', shown(graph.keys[n]))
        from (
            select generate_series(1, cardinality(graph.keys))
            except select unnest(graph.ordered)
            except select unnest(cycle)
        ) as stuck(n)
        order by n
        limit 501;
end $$;

create or replace function find_cycle(size integer, ordered integer[], parents integer[], children integer[])
returns integer[]
language plpgsql immutable parallel safe as $$
declare
    -- A step left out of the order has a parent that was left out too, so walking up must come round.
    above integer[] := array(
        select min(parent)
        from generate_series(1, size) as n
        left join unnest(parents, children) as edge(parent, child)
            on child = n and not exists (select from unnest(ordered) as placed where placed = parent)
        group by n
        order by n
    );
    at integer := (
        select min(n)
        from (select generate_series(1, size) except select unnest(ordered)) as left_out(n)
    );
    visited integer[] := array_fill(0, array[size]);
    path integer[] := '{}';
begin
    while visited[at] = 0 loop
        path := path || at;
        visited[at] := cardinality(path);
        at := above[at];
    end loop;
    return path[visited[at]:];
end $$;
comment on function find_cycle is 'The steps of one cycle, each followed by its parent.';

create or replace function cycle_words(keys text[], cycle integer[]) returns text
language sql immutable parallel safe
return (
    with forward as (
        select step, row_number() over (order by n desc) as n, count(*) over () as size
        from unnest(cycle) with ordinality as c(step, n)
    ), turned as (
        select step, (n - (select n from forward order by step limit 1) + size) % size as n, size from forward
    )
    select string_agg(case when n = 10 and size > 20 then '...' else keys[step] end, ' → ' order by n) || ' → '
        || keys[(select min(step) from turned)]
    from turned
    where size <= 20 or n <= 10 or n > size - 10
);
comment on function cycle_words is 'a → b → c → a, from the step that is written first; a long cycle without its middle.';

create or replace function declared_params(schema jsonb) returns jsonb
language sql immutable parallel safe
return case
    when jsonb_typeof(coalesce(schema -> 'properties', '{}')) <> 'object'
        or jsonb_typeof(coalesce(schema -> 'required', '[]')) <> 'array'
        or schema ? 'patternProperties'
        then null
    when schema -> 'additionalProperties' is distinct from 'false'
        and (schema ? 'additionalProperties' or coalesce(schema -> 'properties', '{}') = '{}' or schema ?| '{$dynamicRef,
            $ref,allOf,anyOf,dependentRequired,dependentSchemas,else,if,maxProperties,minProperties,not,oneOf,propertyNames,
            then,unevaluatedProperties}')
        then null
    else coalesce(schema -> 'properties', '{}') || (
        select coalesce(jsonb_object_agg(name, true), '{}')
        from jsonb_array_elements_text(coalesce(schema -> 'required', '[]')) as name
        where name is not null
    )
end;
comment on function declared_params is
    'An object whose keys are all the params that instances are meant to have; null if their schema leaves that open. Whoever writes a list of properties and nothing of others means the list.';

create or replace function param_problems(declared jsonb, guarded text[], paths text[], names text[])
returns table (path text, message text)
language sql immutable as $$
    with known as materialized (
        select array(select jsonb_object_keys(declared) limit 1000) as names
    ), unknown as (
        select read.path, read.name, row_number() over (order by place) as rank
        from unnest(paths, names) with ordinality as read(path, name, place)
        where read.name not like ':%' and read.name not in (select unnest(guarded))
        order by place
        limit 501
    )
    select unknown.path, format(
        'unknown param %s%s: declare it in params_schema, or write | default(...) if it may be missing', shown(unknown.name),
        case when rank <= 50 then did_you_mean(unknown.name, known.names) else '' end)
    from unknown cross join known
$$;

create or replace function bind_problems(
    steps jsonb, declared jsonb, guarded text[], numbers integer[], paths text[], names text[]
) returns table (path text, message text)
-- The planner takes arrays for short; with 20,000 steps a nested loop would take minutes.
language sql stable set enable_nestloop = off as $$
    with mark as materialized (
        select r.name as runner, field.key as place, field.value ->> 'x-binds' as bind
        from batch_runner as r
        cross join jsonb_each(
            case jsonb_typeof(r.params_schema -> 'properties') when 'object' then r.params_schema -> 'properties' else '{}' end
        ) as field
        where field.value ? 'x-binds'
    ), text as materialized (
        select step_path(s.n) || '.params.' || mark.place as path,
            coalesce(s.step #> array['params', mark.bind], '{}') as bound
        from (select distinct n from unnest(numbers) as reader(n)) as reader
        join steps_of(steps) as s on s.n = reader.n
        join mark on mark.runner = runner_of(s.step)
    ), asking as (
        select read.path, read.name, read.place, text.bound
        from unnest(paths, names) with ordinality as read(path, name, place)
        join text on text.path = read.path
        where read.name like ':%' and substr(read.name, 2) not in (select unnest(guarded))
    ), unknown as (
        select *, row_number() over (order by place) as rank
        from asking
        where jsonb_typeof(bound) = 'object' and not bound ? substr(name, 2)
        order by place
        limit 501
    )
    select unknown.path, format(
        'unknown param %s%s: declare it in params_schema, or give its value in bind', shown(unknown.name),
        case when rank <= 50
             then did_you_mean(substr(unknown.name, 2), array(select jsonb_object_keys(declared || bound) limit 1000)) else '' end)
    from unknown
$$;
comment on function bind_problems is
    'What :name is neither a param nor a key of the param beside the SQL that binds more, which the runner marked x-binds.';

drop function if exists text_problems(jsonb, step_graph), steps_problems(jsonb);  -- they knew nothing of params
create or replace function text_problems(steps jsonb, graph step_graph, declared jsonb)
returns table (path text, message text)
language plpgsql stable as $$
declare
    each record;
    numbers integer[] := '{}';
    paths text[] := '{}';
    names text[] := '{}';
    guarded text[] := '{}';
    readers integer[] := '{}';
    reader_paths text[] := '{}';
    unknown text[] := '{}';
    name text;
    total integer := 0;
    read bigint := 0;
begin
    for each in
        select t.numbers, t.paths, r.*
        from (
            select kind, body, array_agg(step.n order by step.n, step.path) as numbers,
                array_agg(step.path order by step.n, step.path) as paths
            from step_texts(steps) as step
            group by kind, body
        ) as t
        cross join lateral read_text(t.kind, t.body, declared is not null) as r
        order by t.numbers[1]
    loop
        read := read + each.parts::bigint * cardinality(each.paths);
        if cardinality(each.problems) > 0 then
            return query
                select p.path, problem from unnest(each.paths[1:501]) as p(path) cross join unnest(each.problems) as problem;
            total := total + cardinality(each.paths);
        end if;
        if read > 600000 then
            return query select 'steps', 'the expressions, templates and SQL have more than 600,000 parts in all';
        end if;
        exit when total > 500 or read > 600000;
        foreach name in array coalesce(each.refers_to, '{}') loop
            for place in 1 .. cardinality(each.numbers) loop
                numbers := numbers || each.numbers[place];
                paths := paths || each.paths[place];
                names := names || name;
            end loop;
        end loop;
        continue when declared is null;
        foreach name in array coalesce(each.guards, '{}') loop
            guarded := guarded || name;
        end loop;
        foreach name in array coalesce(each.reads, '{}') loop
            continue when declared ? ltrim(name, ':') or cardinality(unknown) > 100000;
            for place in 1 .. cardinality(each.numbers) loop
                readers := readers || each.numbers[place];
                reader_paths := reader_paths || each.paths[place];
                unknown := unknown || name;
            end loop;
        end loop;
    end loop;
    return query select * from reference_problems(steps, graph, numbers, paths, names);
    if unknown <> '{}' then
        return query select * from param_problems(declared, guarded, reader_paths, unknown);
        return query select * from bind_problems(steps, declared, guarded, readers, reader_paths, unknown);
    end if;
end $$;

create or replace function reference_problems(
    steps jsonb, graph step_graph, numbers integer[], paths text[], names text[]
) returns table (path text, message text)
language plpgsql immutable as $$
declare
    key_number jsonb := key_numbers(steps);
    targets integer[] := array(
        select (key_number -> name)::integer from unnest(names) with ordinality as named(name, i) order by i
    );
begin
    return query
        select r.path, format('unknown step %s%s', shown(r.name),
                              case when rank <= 50 then did_you_mean(r.name, graph.keys) else '' end)
        from (
            select reference.*, row_number() over (order by n) as rank
            from unnest(paths, names, targets) with ordinality as reference(path, name, target, n)
            where target is null
        ) as r
        where rank <= 501;
    return query
        select reference.path, format('step %s does not come before step %s, so its output cannot be read there',
                                      shown(reference.name), shown(graph.keys[reference.n]))
        from unnest(strangers(graph, numbers, targets)) as i
        join unnest(paths, names, numbers) with ordinality as reference(path, name, n, place) on place = i
        limit 501;
end $$;

create or replace function strangers(graph step_graph, below integer[], above integer[]) returns integer[]
language plpgsql immutable parallel safe as $$
declare
    -- One bit for each step that is referred to; a step's bits say which of them come before it.
    size integer := cardinality(graph.keys);
    children integer[] := graph.children;
    slots integer[] := slots_of(size, above);
    width integer := (select max(slot) from unnest(slots) as slot);
    reach varbit[] := array_fill(repeat('0', width)::varbit, array[size]);
    settled boolean[] := array_fill(false, array[size]);
    starts integer[] := edge_starts(size, graph.parents);
    step integer;
    passed varbit;
    found integer[] := '{}';
begin
    foreach step in array case when width > 0 then graph.ordered else '{}' end loop
        settled[step] := true;
        passed := case when slots[step] > 0 then set_bit(reach[step], slots[step] - 1, 1) else reach[step] end;
        for edge in starts[step] .. starts[step + 1] - 1 loop
            reach[children[edge]] := reach[children[edge]] | passed;
        end loop;
    end loop;
    for i in 1 .. cardinality(below) loop
        if settled[below[i]] and above[i] is not null and get_bit(reach[below[i]], slots[above[i]] - 1) = 0 then
            found := found || i;
        end if;
    end loop;
    return found;
end $$;
comment on function strangers is
    'Which of the pairs (below, above) are not descendant and ancestor; what a cycle holds up is not judged.';

create or replace function slots_of(size integer, wanted integer[]) returns integer[]
language plpgsql immutable parallel safe as $$
declare
    slots integer[] := array_fill(0, array[size]);
    width integer := 0;
    step integer;
begin
    foreach step in array wanted loop
        if step is not null and slots[step] = 0 then
            width := width + 1;
            slots[step] := width;
        end if;
    end loop;
    return slots;
end $$;
comment on function slots_of is 'Numbers the wanted steps 1, 2, ... in an array of all; 0 for the others.';

-- 6.11 Limits, and everything together ----------------------------------------------------------------------------------

create or replace function limit_problems(definition batch_definition) returns table (path text, message text)
language sql stable as $$
    select 'steps', format('has %s steps; at most 20,000 are allowed', size)
    from (select count(*) as size from steps_of(definition.steps)) as counted
    where size > 20000
    union all
    select 'steps', format('has %s next steps in all; at most 250,000 are allowed', edges)
    from (
        select sum(jsonb_array_length(
            case jsonb_typeof(step -> 'nextSteps') when 'array' then step -> 'nextSteps' else '[]' end)) as edges
        from steps_of(definition.steps)
    ) as counted
    where edges > 250000
    union all
    select 'steps', 'is larger than 8 MB' where length(definition.steps::text) > 8000000
    union all
    select 'params_schema', 'is larger than 1 MB' where length(definition.params_schema::text) > 1000000
    union all
    select 'params_schema', 'is nested deeper than 50' where definition.params_schema @? 'strict $.**{51}'
$$;

create or replace function size_problems(steps jsonb) returns table (path text, message text)
language sql immutable as $$
    select step_path(n), 'is nested deeper than 50' from steps_of(steps) where step @? 'strict $.**{51}'
    union all
    (
        with recursive node (path, value, depth) as (
            select step_path(n), step, 0 from steps_of(steps) where length(step::text) > 1000000
            union all
            select below.path, below.value, depth + 1
            from node cross join lateral children(node.value, node.path) as below
            where depth < 50 and length(below.value::text) > 1000000
        )
        select path, 'is longer than 1 MB' from node
        where jsonb_typeof(value) = 'string' and length(value #>> '{}') > 1000000
    )
$$;

create or replace function steps_problems(steps jsonb, declared jsonb default null)
returns table (path text, message text)
language plpgsql stable as $$
declare
    graph step_graph := graph_of(steps);
begin
    return query select * from size_problems(steps);
    return query select * from shape_problems(steps);
    return query select * from key_problems(steps);
    return query select * from next_step_problems(steps, graph.keys);
    return query select * from cycle_problems(steps, graph);
    return query select * from runner_problems(steps);
    return query select * from params_problems(steps);
    return query select * from prompt_reference_problems(steps);
    return query select * from text_problems(steps, graph, declared);
end $$;

create or replace function definition_problems(definition batch_definition) returns table (path text, message text)
language plpgsql stable as $$
begin
    return query select * from column_problems(definition);
    return query select * from timezone_problems(definition.timezone);
    return query select * from cron_problems(definition.cron);
    return query select * from limit_problems(definition);
    if not found then
        return query select * from params_schema_problems(definition.params_schema);
        return query select * from steps_problems(definition.steps, declared_params(definition.params_schema));
    end if;
end $$;
comment on function definition_problems is 'Everything that is wrong with a row of batch_definition, by JSON path.';

create or replace function problem_list(paths text[], messages text[]) returns text
language sql immutable parallel safe
return (
    with ranked as (
        select '  ' || path || ': ' || message as line,
            row_number() over (order by path_order(path) collate "C", message) as n,
            count(*) over () as total
        from (select distinct * from unnest(paths, messages)) as p(path, message)
    )
    select string_agg(line, E'\n' order by n) || case when max(total) > 500 then E'\n  ... and more' else '' end
    from ranked
    where n <= 500
);

create or replace function refuse_problems(definition batch_definition) returns void language plpgsql stable as $$
declare
    found record;
begin
    select array_agg(p.path) as paths, array_agg(p.message) as messages into found
    from definition_problems(definition) as p;
    if found.paths is not null then
        raise exception E'definition % has % problem(s):\n%', coalesce(shown(definition.name), 'without a name'),
            cardinality(found.paths), problem_list(found.paths, found.messages)
            using errcode = 'BD001',
                  hint = 'Correct every line above and send the row again; nothing was changed.';
    end if;
end $$;

create or replace function refuse_bad_definition() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.version is distinct from old.version then
        raise exception 'the version of definition "%" is counted by the database', old.name
            using errcode = 'BD001', hint = 'Leave version out of the update; a change of content makes a new one.';
    end if;
    perform refuse_problems(new);
    return new;
end $$;

create or replace trigger batch_definition_1_insert before insert on batch_definition for each row
execute function refuse_bad_definition();

create or replace trigger batch_definition_1_update before update on batch_definition for each row
when (
    row(old.name, old.description, old.steps, old.cron, old.timezone, old.params_schema, old.priority, old.max_active,
        old.misfire, old.overlap, old.budget_usd, old.version, new.enabled is null)
    is distinct from
    row(new.name, new.description, new.steps, new.cron, new.timezone, new.params_schema, new.priority, new.max_active,
        new.misfire, new.overlap, new.budget_usd, new.version, false)
)
execute function refuse_bad_definition();

-- ---------------------------------------------------------------------------------------------------------------------
-- 7. Versioning: an edit that changes what runs is a new version, whatever client made it, and the engine is told.
--    One channel, batchdag; a payload is kind:id: definition:NAME · instance:ID (there is work) · cancel:ID · retry:ID ·
--    finished:ID · generation:COLLECTION:NUMBER · limit:
-- ---------------------------------------------------------------------------------------------------------------------

create or replace function tell_engine(kind text, id text) returns void language plpgsql as $$
begin
    if has_table_privilege('batch_instance', 'insert, update')
        or has_table_privilege('batch_definition', 'insert, update')
    then
        -- The command, not pg_notify(), on which section 10 revokes the right; analysts keep their notifications.
        execute format('notify batchdag, %L', kind || ':' || id);
    end if;
end $$;
comment on function tell_engine is 'Silent for a role that may only read, so that it cannot keep the engine busy.';

create or replace function definition_content(definition batch_definition) returns jsonb
language sql stable
return to_jsonb(definition) - '{id,version,created_at,updated_at}'::text[];

create or replace function step_defaults() returns jsonb
language sql immutable parallel safe
return '{
    "runner": null, "description": "", "params": {}, "nextSteps": [], "condition": null,
    "fanIn": "none_failed_min_one_success", "parallel": null, "timeoutSeconds": 3600, "onFailure": "fail",
    "retry": {"maxAttempts": 3, "intervalSeconds": 1, "backoffRate": 2, "maxDelaySeconds": 300, "jitter": "full",
              "on": ["transient", "timeout", "rate_limited", "unexpected"]}
}'::jsonb;

create or replace function parallel_defaults() returns jsonb
language sql immutable parallel safe
return '{"chunk": 500, "maxConcurrency": 8, "tolerate": {}}'::jsonb;

create or replace function without_defaults(object jsonb, defaults jsonb) returns jsonb
language sql immutable parallel safe
return (
    select coalesce(jsonb_object_agg(key, value), '{}')
    from jsonb_each(object)
    where value is distinct from defaults -> key
);

create or replace function with_nested_defaults(step jsonb) returns jsonb
language sql immutable parallel safe
return step || jsonb_strip_nulls(jsonb_build_object(
    'retry', step_defaults() -> 'retry' || (step -> 'retry'),
    'parallel', case when jsonb_typeof(step -> 'parallel') = 'object' then without_defaults(
        step -> 'parallel' || jsonb_build_object(
            'tolerate', without_defaults(coalesce(step #> '{parallel,tolerate}', '{}'), '{"count": 0, "percent": 0}')),
        parallel_defaults()) end));

create or replace function normal_step(step jsonb) returns jsonb
language sql immutable parallel safe
return without_defaults(
    case when step ?| '{retry,parallel}' then with_nested_defaults(step) else step end,
    step_defaults()
        || case when step -> 'runner' = step -> 'key' then jsonb_build_object('runner', step -> 'key') else '{}' end
);
comment on function normal_step is 'The step without what is a default anyway, so that writing a default out changes nothing.';

create or replace function content_hash(content jsonb) returns text
language sql immutable parallel safe
return encode(sha256(convert_to((
    content || jsonb_build_object('steps', (
        select jsonb_agg(normal_step(step) order by n)
        from jsonb_array_elements(content -> 'steps') with ordinality as s(step, n)
    )))::text, 'UTF8')), 'hex');

create or replace function count_version() returns trigger language plpgsql as $$
declare
    last_hash text;
begin
    if tg_op = 'INSERT' then
        new.version := 1;
        return new;
    end if;
    select v.content_hash into last_hash
    from batch_definition_version as v
    where v.definition_id = old.id and v.version = old.version;
    if last_hash is distinct from content_hash(definition_content(new)) then
        new.version := old.version + 1;
        new.updated_at := clock_now();
    else
        new.updated_at := old.updated_at;
    end if;
    return new;
end $$;

create or replace function editor_of(login text, owner text) returns text language sql stable as $$
    select case when login = owner then coalesce(nullif(current_setting('batchdag.editor', true), ''), login)
           else login end;
$$;
comment on function editor_of is 'Who edits: the login; if that is the owner, who works for others, whom it named. Nobody else may name somebody.';

create or replace function record_version() returns trigger language plpgsql security definer as $$
begin
    insert into batch_definition_version (definition_id, version, content_hash, content, edited_by)
    values (new.id, new.version, content_hash(definition_content(new)), definition_content(new),
            editor_of(session_user, current_user));
    perform tell_engine('definition', new.name);
    return null;
end $$;
comment on function record_version is 'Runs as the owner, so that editors of definitions need no right to write the history.';

create or replace function report_removal() returns trigger language plpgsql as $$
begin
    perform tell_engine('definition', old.name);
    return null;
end $$;

create or replace trigger batch_definition_2_version before insert or update on batch_definition for each row
execute function count_version();

create or replace trigger batch_definition_3_insert after insert on batch_definition for each row
execute function record_version();

create or replace trigger batch_definition_3_update after update on batch_definition for each row
when (old.version <> new.version)
execute function record_version();

create or replace trigger batch_definition_3_delete after delete on batch_definition for each row
execute function report_removal();

create or replace function refuse_history_edit() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and not exists (select from batch_definition where id = old.definition_id) then
        return old;
    end if;
    raise exception 'version % of definition % is history and cannot be changed or deleted', old.version, old.definition_id
        using errcode = 'BD002',
              hint = 'Edit the row of batch_definition: the edit becomes a new version. To undo one, write its content back.';
end $$;

create or replace trigger batch_definition_version_is_history before update or delete on batch_definition_version
for each row execute function refuse_history_edit();

create or replace trigger batch_definition_version_is_kept before truncate on batch_definition_version
for each statement execute function refuse_truncate();

create or replace function refuse_removal() returns trigger language plpgsql as $$
declare
    runs bigint := (select count(*) from batch_instance as i where i.definition_id = old.id);
begin
    if runs > 0 then
        raise exception 'definition % has run % time(s), and what ran names it', shown(old.name), runs
            using errcode = 'BD004',
                  hint = 'To keep it from running, set enabled = false and cron = null. To delete it, delete its instances first.';
    end if;
    return old;
end $$;

create or replace trigger batch_definition_1_delete before delete on batch_definition for each row
execute function refuse_removal();

-- 7.1 Prompts: checked when they are saved, versioned by content, kept by instances (prompt:KEY on the channel). Versions
--     stay when their prompt is deleted: an instance may hold one, and a number never comes to mean another text.

create or replace function tidied(body text) returns text
language sql immutable parallel safe
return nullif(rtrim(replace(body, E'\r\n', E'\n'), E' \t\r\n'), '');
comment on function tidied is 'The text without blanks at its end, null if nothing is left: what an editor adds there is no edit.';

create or replace function template_words(tokens text[]) returns table (word text, class text)
language sql immutable parallel safe
begin atomic
    with near as (
        select n, token as word, lag(token) over (order by n) as before, lag(token, 2) over (order by n) as earlier
        from unnest(tokens) with ordinality as t(token, n)
    ), bound as (
        select *,
            max(n) filter (where word in ('for', 'set') and before in ('%', '-', '+')) over (order by n)
                > coalesce(max(n) filter (where word in ('in', '=', '{')) over (order by n), 0) as is_bound
        from near
    )
    select distinct bound.word, case
        when before = '|' then 'f'
        when before = 'is' or before = 'not' and earlier = 'is' then 't'
        when is_bound then 'l'
        else 'v' end
    from bound
    where bound.word ~ '^[^\W\d_]' and before is distinct from '.'
      and not coalesce(before = '%' or before in ('-', '+') and earlier = '%', false)
      and bound.word <> all ('{and,or,not,in,is,if,elif,else,endif,for,endfor,set,true,false,none,True,False,None}');
end;
comment on function template_words is 'The words of a template: f filter · t test · l bound by for or set · v value.';

create or replace function template_word_problems(tokens text[], names text[]) returns text[]
language sql immutable parallel safe
return array(
    with found as materialized (select * from template_words(tokens)),
    known as materialized (
        select names || array(select word from found where class = 'l')
            || case when 'for' = any (tokens) then '{loop}'::text[] else '{}' end as words
    )
    select case
        when class <> 'v' then token_problem(word, class)
        when word = 'item' then '"item" cannot be read here: the system text is one for all items'
        else format('unknown name %s%s', shown(word), did_you_mean(word, words))
    end
    from found, known
    where case class when 'v' then word <> all (words) when 'l' then false else token_problem(word, class) is not null end
    order by class, word
    limit 50
);

create or replace function prompt_text_problems(body text, names text[]) returns text[]
language plpgsql immutable as $$
declare
    found text[];
    parts integer;
    blocks text[];
begin
    select r.problems, r.parts into found, parts from read_text('template', body, false) as r;
    if length(body) > 200000 or parts > 30000 then
        return found;
    end if;
    blocks := template_blocks(body);
    if blocks[cardinality(blocks)] is not null then
        return found;
    end if;
    return found || template_word_problems(code_tokens(array_to_string(blocks, '', E'\n')), names);
end $$;
comment on function prompt_text_problems is
    'As for a template in params, and its names too: here they are known, and a typo would cost a whole run.';

create or replace function response_schema_problems(schema jsonb) returns table (path text, message text)
language plpgsql immutable as $$
begin
    if length(schema::text) > 100000 then
        return query select 'response_schema', 'is longer than 100,000 characters';
    elsif schema @? 'strict $.**{51}' then
        return query select 'response_schema', 'is nested deeper than 50';
    elsif jsonb_typeof(schema) <> 'object' then
        return query select 'response_schema', format('must be a JSON Schema, an object, not %s', shown(schema));
    elsif schema is not null then
        return query
            select 'response_schema' || substr(found.path, length('params_schema') + 1), found.message
            from params_schema_problems(schema || '{"type": "object"}') as found
            union all
            select 'response_schema.type', 'must be "object": every provider can answer with named fields'
            where schema ->> 'type' is distinct from 'object';
    end if;
end $$;

create or replace function prompt_problems(prompt prompt_template) returns table (path text, message text)
language plpgsql stable as $$
declare
    shared text[] := '{params,instance,steps,shard}';
begin
    if prompt.key is null or prompt.key !~ '^[a-z][a-z0-9_]{0,62}$' then
        return query select 'key', format('%s is no key: begin with a letter, then up to 62 of a-z, 0-9 and _',
                                          coalesce(shown(prompt.key), 'null'));
    end if;
    if prompt.description is null or length(prompt.description) > 10000 then
        return query select 'description', 'must have at most 10,000 characters, and not be null';
    end if;
    if prompt.body is null then
        return query select 'body', 'must not be empty';
    end if;
    return query select 'body', unnest(prompt_text_problems(prompt.body, array_append(shared, 'item')));
    return query select 'system', unnest(prompt_text_problems(prompt.system, shared));
    return query select * from response_schema_problems(prompt.response_schema);
end $$;
comment on function prompt_problems is 'Everything that is wrong with a row of prompt_template, by JSON path.';

create or replace function refuse_bad_prompt() returns trigger language plpgsql as $$
declare
    found record;
begin
    new.body := tidied(new.body);
    new.system := tidied(new.system);
    if tg_op = 'UPDATE' and new.version is distinct from old.version then
        raise exception 'the version of prompt "%" is counted by the database', old.key
            using errcode = 'BD001', hint = 'Leave version out of the update; a change of content makes a new one.';
    end if;
    select array_agg(p.path) as paths, array_agg(p.message) as messages into found from prompt_problems(new) as p;
    if found.paths is not null then
        raise exception E'prompt % has % problem(s):\n%', coalesce(shown(new.key), 'without a key'),
            cardinality(found.paths), problem_list(found.paths, found.messages)
            using errcode = 'BD001', hint = 'Correct every line above and send the row again; nothing was changed.';
    end if;
    return new;
end $$;

create or replace function prompt_hash(prompt prompt_template) returns text
language sql immutable
return encode(sha256(convert_to(
    jsonb_build_array(prompt.system, prompt.body, prompt.response_schema)::text, 'UTF8')), 'hex');

create or replace function count_prompt_version() returns trigger language plpgsql as $$
declare
    newest prompt_template_version;
begin
    select * into newest from prompt_template_version as v where v.key = new.key order by v.version desc limit 1;
    new.version := coalesce(newest.version, 0) + (newest.content_hash is distinct from prompt_hash(new))::integer;
    if tg_op = 'UPDATE' then
        new.updated_at := case when (new.key, new.version, new.description) = (old.key, old.version, old.description)
                          then old.updated_at else clock_now() end;
    end if;
    return new;
end $$;
comment on function count_prompt_version is 'A prompt that is deleted and written again goes on counting where it was.';

create or replace function record_prompt_version() returns trigger language plpgsql security definer as $$
begin
    insert into prompt_template_version (key, version, system, body, response_schema, content_hash, edited_by)
    select new.key, new.version, new.system, new.body, new.response_schema, prompt_hash(new),
           editor_of(session_user, current_user)
    where not exists (
        select from prompt_template_version as v where v.key = new.key and v.version = new.version
    );
    perform tell_engine('prompt', new.key);
    return null;
end $$;
comment on function record_prompt_version is 'Runs as the owner, so that editors of prompts need no right to write the history.';
revoke execute on function record_prompt_version() from public;

create or replace function prompt_version_at(prompt text, instant timestamptz) returns integer
language sql stable as $$
    select v.version
    from prompt_template_version as v
    where v.key = prompt
    order by v.edited_at <= instant desc, case when v.edited_at <= instant then v.version else -v.version end desc
    limit 1
$$;
comment on function prompt_version_at is 'The newest version that was there at the instant; if there was none, the oldest.';

create or replace function schemas_below(schema jsonb, root jsonb) returns table (field text, schema jsonb)
language sql immutable parallel safe
begin atomic
    select key, value
    from jsonb_each(case jsonb_typeof(schema -> 'properties') when 'object' then schema -> 'properties' else '{}' end)
    union all
    select '*', each.value from jsonb_each(schema) as each where key in ('items', 'additionalProperties')
    union all
    select null, branch
    from unnest('{anyOf,oneOf,allOf}'::text[]) as name
    cross join jsonb_array_elements(
        case jsonb_typeof(schema -> name) when 'array' then schema -> name else '[]' end) as branch
    union all
    select null, ref_target(schema, root) where schema ? '$ref';
end;
comment on function schemas_below is 'The schemas of the fields, with * for any field or item, and null for the value itself.';

create or replace function prompt_places(schema jsonb) returns table (place text[])
language sql immutable as $$
    with recursive node (place, below, depth) as (
        select '{}'::text[], schema, 0
        union
        select node.place || found.field, found.schema, depth + 1
        from node
        cross join lateral schemas_below(node.below, schema) as found
        where depth < 10 and jsonb_typeof(found.schema) = 'object' and found.schema::text ~ '"x-prompt"|"[$]ref"'
    )
    select distinct array_remove(node.place, null) from node where below @> '{"x-prompt": true}'
$$;
comment on function prompt_places is 'Which params of a runner are keys of prompts, as field names from the top, * for any field or item.';

create or replace function prompt_references(steps jsonb) returns table (path text, key text)
language sql stable as $$
    with recursive asking as materialized (
        select r.name, p.place
        from batch_runner as r cross join lateral prompt_places(r.params_schema) as p
        where r.name = any (array(select distinct runner_of(s.step) from steps_of(steps) as s))
    ), node (path, value, place) as (
        select step_path(s.n) || '.params', s.step -> 'params', r.place
        from steps_of(steps) as s
        join asking as r on r.name = runner_of(s.step)
        union all
        select below.path, below.value, node.place[2:]
        from node
        cross join lateral children(node.value, node.path) as below
        where node.place[1] in (below.field, '*')
    )
    select path, value #>> '{}'
    from node
    where place = '{}' and jsonb_typeof(value) = 'string' and not is_template(value)
$$;
comment on function prompt_references is
    'Where steps name a prompt, by what their runners marked x-prompt. One that a template makes is known when it runs.';

create or replace function prompt_reference_problems(steps jsonb) returns table (path text, message text)
language plpgsql stable as $$
declare
    paths text[];
    keys text[];
    known text[];
begin
    select array_agg(r.path), array_agg(r.key) into paths, keys from prompt_references(steps) as r;
    if keys is null then
        return;  -- before prompt_template is read: who names no prompt needs no right on it
    end if;
    known := array(select p.key from prompt_template as p order by p.key);
    return query
        select r.path, format('unknown prompt %s%s; %s', shown(r.key),
                case when n <= 50 then did_you_mean(r.key, known) else '' end,
                case when known = '{}' then 'there is none yet: write one with batchdag prompt set, or in prompt_template'
                else 'select key from prompt_template lists them' end)
        from (
            select reference.*, row_number() over (order by path_order(reference.path)) as n
            from unnest(paths, keys) as reference(path, key)
            where reference.key <> all (known)
        ) as r
        where n <= 501;
end $$;

create or replace function definitions_using(prompt text) returns text[]
language sql stable as $$
    select array(
        select d.name
        from batch_definition as d
        where strpos(d.steps::text, to_json(prompt)::text) > 0
          and exists (select from prompt_references(d.steps) as r where r.key = prompt)
        order by d.name
    )
$$;

create or replace function refuse_prompt_removal() returns trigger language plpgsql as $$
declare
    users text[] := definitions_using(old.key);
begin
    if users <> '{}' then
        raise exception 'prompt "%" cannot be % while definitions use it: %', old.key,
            case tg_op when 'DELETE' then 'deleted' else 'renamed' end, array_to_string(users, ', ')
            using errcode = 'BD001', hint = 'Name another prompt in these definitions first, or delete them.';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;
comment on function refuse_prompt_removal is 'A disabled definition counts: it can be started by hand, and enabling it checks nothing.';

create or replace function report_prompt_removal() returns trigger language plpgsql as $$
begin
    perform tell_engine('prompt', old.key);
    return null;
end $$;

create or replace function refuse_prompt_history_edit() returns trigger language plpgsql as $$
begin
    raise exception 'version % of prompt "%" is history and cannot be changed or deleted', old.version, old.key
        using errcode = 'BD002',
              hint = 'Edit the row of prompt_template: the edit becomes a new version. To undo one, write its text back.';
end $$;

create or replace trigger prompt_template_1_check before insert or update on prompt_template for each row
execute function refuse_bad_prompt();

create or replace trigger prompt_template_2_version before insert or update on prompt_template for each row
execute function count_prompt_version();

create or replace trigger prompt_template_3_insert after insert on prompt_template for each row
execute function record_prompt_version();

create or replace trigger prompt_template_3_update after update on prompt_template for each row
when (old.version <> new.version or old.key <> new.key)
execute function record_prompt_version();

create or replace trigger prompt_template_4_delete before delete on prompt_template for each row
execute function refuse_prompt_removal();

create or replace trigger prompt_template_4_rename before update on prompt_template for each row
when (old.key <> new.key)
execute function refuse_prompt_removal();

create or replace trigger prompt_template_5_delete after delete on prompt_template for each row
execute function report_prompt_removal();

create or replace trigger prompt_template_5_rename after update on prompt_template for each row
when (old.key <> new.key)
execute function report_prompt_removal();

create or replace trigger prompt_template_version_is_history before update or delete on prompt_template_version
for each row execute function refuse_prompt_history_edit();

create or replace trigger prompt_template_version_is_kept before truncate on prompt_template_version
for each statement execute function refuse_truncate();

-- ---------------------------------------------------------------------------------------------------------------------
-- 8. Operations: start, cancel and retry from any SQL client, with the checks of the other faces. They run with the
--    caller's own rights. Lock order: the instance, then its steps by key.
-- ---------------------------------------------------------------------------------------------------------------------

create or replace function with_defaults(value jsonb, schema jsonb, root jsonb, depth integer default 0) returns jsonb
language plpgsql immutable parallel safe as $$
declare
    filled jsonb := value;
    field text;
    inner_schema jsonb;
begin
    if schema ? '$ref' and depth < 100 then
        return with_defaults(value, ref_target(schema, root), root, depth + 1);
    elsif jsonb_typeof(value) = 'array' and jsonb_typeof(schema -> 'items') = 'object' and depth < 100 then
        return (
            select coalesce(jsonb_agg(with_defaults(item, schema -> 'items', root, depth + 1) order by n), '[]')
            from jsonb_array_elements(value) with ordinality as items(item, n)
        );
    elsif depth >= 100 or jsonb_typeof(value) <> 'object'
        or jsonb_typeof(schema -> 'properties') is distinct from 'object'
    then
        return value;
    end if;
    for field, inner_schema in select * from jsonb_each(schema -> 'properties') loop
        if filled ? field then
            filled := jsonb_set(filled, array[field], with_defaults(filled -> field, inner_schema, root, depth + 1));
        elsif inner_schema ? 'default' then
            filled := filled || jsonb_build_object(field, inner_schema -> 'default');
        end if;
    end loop;
    return filled;
end $$;
comment on function with_defaults is
    'The value with the default of each absent property, in objects inside objects and lists too; a default as it is written.';

create or replace function started_before(definition_id bigint, key text, given jsonb) returns bigint
language plpgsql stable as $$
declare
    earlier record;
begin
    select i.id, i.params, v.content -> 'params_schema' as schema into earlier
    from batch_instance as i
    join batch_definition_version as v on v.definition_id = i.definition_id and v.version = i.version
    where i.definition_id = started_before.definition_id and i.idempotency_key = key;
    if earlier.params <> with_defaults(given, earlier.schema, earlier.schema) then
        raise exception 'instance % was started with the idempotency key % and other params', earlier.id, shown(key)
            using errcode = 'BD006', hint = 'Send the same params to get that instance again, or use a new key.';
    end if;
    return earlier.id;
end $$;
comment on function started_before is 'The instance that has this idempotency key already; null if there is none.';

create or replace function refuse_bad_params(name text, params jsonb, schema jsonb) returns void
language plpgsql immutable as $$
declare
    found record;
begin
    select array_agg(p.path) as paths, array_agg(p.message) as messages into found
    from (
        select * from pairs(json_problems(params, schema, 'params', schema - '{x-templated,x-strict}'::text[], 0, 1))
        union all
        select 'params', 'must be an object, not null' where params is null
        union all
        select 'params', 'is nested deeper than 50' where params @? 'strict $.**{51}'
        union all
        select 'params', 'is larger than 1 MB' where octet_length(params::text) > 1024 * 1024
    ) as p;
    if found.paths is not null then
        raise exception E'the params of definition % have % problem(s):\n%', shown(name), cardinality(found.paths),
            problem_list(found.paths, found.messages)
            using errcode = 'BD005',
                  hint = 'Correct every line above; the params_schema of the definition says what is allowed.';
    end if;
end $$;

create or replace function definition_named(name text) returns batch_definition
language plpgsql stable as $$
declare
    found batch_definition;
begin
    select * into found from batch_definition as d where d.name = definition_named.name;
    if found.id is null then
        raise exception '%', format('there is no definition %s%s', coalesce(shown(name), 'null'),
            did_you_mean(name, array(select d.name from batch_definition as d)))
            using errcode = 'BD003', hint = 'select name from batch_definition shows them all.';
    end if;
    return found;
end $$;

drop function if exists start_instance(text, jsonb, text, text, timestamptz);  -- it took no budget
create or replace function start_instance(
    name text,
    params jsonb default '{}',
    idempotency_key text default null,
    trigger text default 'sql',
    scheduled_at timestamptz default null,
    budget_usd numeric default null
) returns bigint
language plpgsql as $$
#variable_conflict use_column
declare
    definition batch_definition := definition_named(start_instance.name);
    schema jsonb := definition.params_schema;
    merged jsonb := with_defaults(start_instance.params, schema, schema);
    started bigint := started_before(definition.id, start_instance.idempotency_key, start_instance.params);
begin
    if started is not null then
        return started;
    end if;
    perform refuse_bad_params(definition.name, merged, schema);
    if start_instance.trigger is null or start_instance.trigger not in ('manual', 'sql', 'cron', 'http') then
        raise exception 'the trigger cannot be %', coalesce(shown(start_instance.trigger), 'null')
            using errcode = 'BD005', hint = 'Write manual, sql, cron or http, or leave it out.';
    end if;
    if start_instance.budget_usd < 0 or start_instance.budget_usd >= 100000000 then
        raise exception 'the budget cannot be %', start_instance.budget_usd
            using errcode = 'BD005', hint = 'Write dollars, 0 or more, or leave it out: then the definition says it.';
    end if;
    insert into batch_instance (definition_id, version, params, trigger, scheduled_at, idempotency_key, priority,
        budget_usd)
    values (definition.id, definition.version, merged, start_instance.trigger, start_instance.scheduled_at,
            start_instance.idempotency_key, definition.priority, start_instance.budget_usd)
    on conflict (definition_id, idempotency_key) do nothing
    returning id into started;
    if started is null then
        return started_before(definition.id, start_instance.idempotency_key, start_instance.params);
    end if;
    perform tell_engine('instance', started::text);
    return started;
end $$;
comment on function start_instance is
    'Start a definition by name; returns the id of the instance. The same idempotency key and params return the first id again; budget_usd is what it may spend, null: what its definition allows.';

create or replace function rehearse_draft(draft jsonb, params jsonb, rehearsal jsonb) returns bigint
language plpgsql as $$
#variable_conflict use_column
declare
    stands batch_definition;
    edited batch_definition;
    merged jsonb;
    started bigint;
begin
    select * into stands from batch_definition as d where d.name = draft ->> 'name';
    if stands.id is null then
        raise exception 'there is no definition % yet, and a draft is rehearsed beside the one that stands', shown(draft ->> 'name')
            using errcode = 'BD003', hint = 'Save it first; with enabled: false nothing but people starts it.';
    end if;
    edited := jsonb_populate_record(stands, draft - '{id,version,created_at,updated_at}'::text[]);
    perform refuse_problems(edited);
    merged := with_defaults(rehearse_draft.params, edited.params_schema, edited.params_schema);
    perform refuse_bad_params(edited.name, merged, edited.params_schema);
    insert into batch_instance (definition_id, version, params, trigger, priority, rehearsal)
    values (stands.id, stands.version, merged, 'manual', edited.priority, rehearse_draft.rehearsal || '{"draft": true}')
    returning id into started;
    insert into batch_draft (batch_instance_id, content) values (started, definition_content(edited));
    perform tell_engine('instance', started::text);
    return started;
end $$;
comment on function rehearse_draft is
    'Rehearse an edit of a definition that is not saved, checked as a save is; returns the id of the instance.';

create or replace function locked_instance(id bigint) returns batch_instance
language plpgsql as $$
declare
    found batch_instance;
begin
    select * into found from batch_instance as i where i.id = locked_instance.id for update;
    if found.id is null then
        raise exception 'there is no instance %', coalesce(id::text, 'null')
            using errcode = 'BD003',
                  hint = 'select id, definition, status from batch_instance_overview shows them all.';
    end if;
    return found;
end $$;

create or replace function cancel_instance(id bigint) returns text
language plpgsql as $$
#variable_conflict use_column
declare
    instance batch_instance := locked_instance(cancel_instance.id);
    running integer;
    caller text := coalesce(current_setting('batchdag.engine', true), '');
begin
    if instance.status not in ('pending', 'running') then
        raise exception 'instance % is % already and cannot be cancelled', instance.id, instance.status
            using errcode = 'BD004', hint = 'Only a pending or running instance can be cancelled.';
    end if;
    -- No SET clause of the function: only a superuser may give one for a setting that no extension defines.
    perform set_config('batchdag.engine', 'on', true);
    perform cancel_waiting_steps(instance.id);
    -- A statement of its own: it sees a claim that came in while the one above waited for the row.
    with live as (
        select step.id
        from batch_step as step
        where step.batch_instance_id = instance.id and step.state = 'running' and step.dropped_at is null
        order by step.id
        for no key update
    )
    update batch_step
    set cancel_requested_at = coalesce(cancel_requested_at, clock_now())
    from live
    where batch_step.id = live.id;
    get diagnostics running = row_count;
    update batch_instance
    set cancel_requested_at = coalesce(cancel_requested_at, clock_now()),
        retry_requested_at = null,
        open_steps = running,
        status = case when running = 0 then 'cancelled' else status end,
        finished_at = case when running = 0 then clock_now() end
    where id = instance.id
    returning * into instance;
    perform tell_engine('cancel', instance.id::text);
    if instance.status = 'cancelled' then
        perform tell_engine('finished', instance.id::text);
    end if;
    perform set_config('batchdag.engine', caller, true);
    return instance.status;
end $$;
comment on function cancel_instance is
    'Cancel an instance; returns its status: cancelled, or running while running steps wind down.';

create or replace function cancel_waiting_steps(instance_id bigint) returns integer
language sql as $$
    with waiting as (
        select id from batch_step
        where batch_instance_id = instance_id and state in ('pending', 'ready') and dropped_at is null
        order by step_key, shard
        for update
    ), cancelled as (
        update batch_step
        set state = 'cancelled', reason = 'cancelled', cancel_requested_at = clock_now(), finished_at = clock_now()
        from waiting
        where batch_step.id = waiting.id
        returning 1
    )
    select count(*)::integer from cancelled
$$;

create or replace function retry_instance(id bigint, version text default null) returns text
language plpgsql as $$
#variable_conflict use_column
declare
    instance batch_instance := locked_instance(retry_instance.id);
begin
    if instance.status not in ('failed', 'cancelled') then
        raise exception 'instance % is % and cannot be retried', instance.id, instance.status
            using errcode = 'BD004',
                  hint = 'Only a failed or cancelled instance can be retried; start_instance starts a new one.';
    end if;
    update batch_instance
    set retry_requested_at = clock_now(), retry_version = version_to_retry(instance, retry_instance.version)
    where id = instance.id;
    perform tell_engine('retry', instance.id::text);
    return instance.status;
end $$;
comment on function retry_instance is
    'Ask for a failed or cancelled instance to go on from what is not done: with its own version, ''latest'' or a number.';

create or replace function version_to_retry(instance batch_instance, wanted text) returns integer
language plpgsql stable as $$
declare
    found integer;
begin
    select max(v.version) into found
    from batch_definition_version as v
    where v.definition_id = instance.definition_id
      and (wanted = 'latest' or v.version::text = coalesce(wanted, instance.version::text));
    if found is null then
        raise exception 'definition % has no version %', instance.definition_id, shown(wanted)
            using errcode = 'BD003',
                  hint = 'Give a number from batch_definition_version, latest, or nothing for the version it had.';
    end if;
    return found;
end $$;

-- 8.2 Cron: the engine says which instants are due; what happens to one is decided here, with its row ----------------------

create or replace function live_instance(definition_id bigint) returns bigint
language sql stable
return (
    select min(i.id)
    from batch_instance as i
    where i.definition_id = live_instance.definition_id and i.status in ('pending', 'running') and i.rehearsal is null
);

create or replace function start_fire(fire batch_cron_fire) returns batch_cron_fire
language plpgsql as $$
begin
    begin
        fire.batch_instance_id := start_instance(
            (select d.name from batch_definition as d where d.id = fire.definition_id),
            trigger => 'cron', scheduled_at => fire.fire_at);
    exception
        when others then
            -- What passes by itself undoes everything, to be tried again; what stays is this definition's own problem.
            if sqlstate ~ '^(08|25|40|53|54|55|57|58|XX)' then
                raise;
            end if;
            fire.outcome := 'failed_to_start';
            fire.reason := left(sqlerrm, 10000);
    end;
    update batch_cron_fire as f
    set outcome = fire.outcome, reason = fire.reason, batch_instance_id = fire.batch_instance_id
    where f.definition_id = fire.definition_id and f.fire_at = fire.fire_at;
    return fire;
end $$;
comment on function start_fire is 'Start the instance of an instant whose row has just been taken, or say in the row why it cannot start.';

create or replace function fire_cron(definition_id bigint, fire_at timestamptz, overlap text) returns batch_cron_fire
language plpgsql as $$
#variable_conflict use_column
declare
    live bigint := case when fire_cron.overlap = 'skip' then live_instance(fire_cron.definition_id) end;
    fire batch_cron_fire;
begin
    insert into batch_cron_fire (definition_id, fire_at, outcome, reason)
    values (fire_cron.definition_id, fire_cron.fire_at, case when live is null then 'fired' else 'skipped_overlap' end,
            'instance ' || live || ' had not ended (overlap: skip)')
    on conflict do nothing
    returning * into fire;
    if fire.outcome = 'fired' then
        return start_fire(fire);
    end if;
    return fire;
end $$;
comment on function fire_cron is 'Fire one instant; returns its row, or null if the instant has one already.';

create or replace function backfill_cron(definition_id bigint, fire_at timestamptz) returns batch_cron_fire
language plpgsql as $$
#variable_conflict use_column
declare
    fire batch_cron_fire;
begin
    insert into batch_cron_fire as known (definition_id, fire_at, outcome, reason)
    values (backfill_cron.definition_id, backfill_cron.fire_at, 'fired', 'backfilled')
    on conflict (definition_id, fire_at) do update
    set outcome = 'fired', decided_at = clock_now(),
        reason = format('backfilled; before, it was %s: %s', known.outcome, known.reason)
    where known.outcome <> 'fired'
    returning * into fire;
    if fire.outcome = 'fired' then
        return start_fire(fire);
    end if;
    return fire;
end $$;
comment on function backfill_cron is 'Fire one instant by hand, whatever became of it before; null if it has been fired already.';

create or replace function reschedule_cron() returns trigger language plpgsql security definer as $$
begin
    if tg_op = 'UPDATE' then
        insert into batch_cron_gap (definition_id, cron, timezone, after_at, until_at, reason)
        select old.id, old.cron, old.timezone, c.decided_at, clock_now(),
               case when old.enabled then 'nothing had fired it when the cron was edited' else 'the definition was disabled' end
        from batch_cron as c
        where c.definition_id = old.id and old.cron is not null and c.decided_at < clock_now()
          and (not c.enabled or c.next_fire_at is null or c.next_fire_at <= clock_now());
        delete from batch_cron where definition_id = new.id and new.cron is null;
    end if;
    if new.cron is not null then
        insert into batch_cron as c (definition_id, enabled) values (new.id, new.enabled)
        on conflict (definition_id) do update
        set enabled = new.enabled, decided_at = greatest(c.decided_at, clock_now()), upcoming = '{}', problem = null;
    end if;
    return null;
end $$;
comment on function reschedule_cron is
    'Begin anew from now, so that an edit never fires the past; what was due and not fired is left to be written down.';

create or replace trigger batch_definition_4_insert after insert on batch_definition for each row
when (new.cron is not null)
execute function reschedule_cron();

create or replace trigger batch_definition_4_update after update on batch_definition for each row
when (row(old.cron, old.timezone, old.enabled) is distinct from row(new.cron, new.timezone, new.enabled))
execute function reschedule_cron();

insert into batch_cron (definition_id, enabled)
select id, enabled from batch_definition where cron is not null
on conflict do nothing;

-- ---------------------------------------------------------------------------------------------------------------------
-- 9. Views: what people look at.
-- ---------------------------------------------------------------------------------------------------------------------

create or replace view batch_instance_overview as
select
    instance.id,
    definition.name as definition,
    instance.version,
    instance.status,
    instance.trigger,
    case when steps.total > 0 then round(100.0 * steps.done / steps.total, 1) end as progress,
    coalesce(steps.done, 0) as done_steps,
    coalesce(steps.total, 0) as total_steps,
    coalesce(steps.running, 0) as running_steps,
    coalesce(instance.finished_at, clock_now()) - instance.started_at as duration,
    failed.step_key as failed_step,
    coalesce(instance.error, failed.error) as error,
    instance.created_at,
    instance.started_at,
    instance.finished_at,
    instance.cancel_requested_at is not null as cancel_requested,
    instance.rehearsal
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
cross join lateral (
    select
        count(*) as total,
        count(*) filter (where step.finished_at is not null) as done,
        count(*) filter (where step.state = 'running') as running
    from batch_step as step
    where step.batch_instance_id = instance.id and step.shard = 0 and step.dropped_at is null
) as steps
left join lateral (
    select step.step_key, step.error
    from batch_step as step
    where step.batch_instance_id = instance.id and step.state = 'failed' and step.dropped_at is null
    order by step.finished_at, step.shard, step.step_key
    limit 1
) as failed on true;
comment on view batch_instance_overview is 'One row for each instance: how far it is, how long it took, which step failed first.';

create or replace view batch_step_timeline as
select
    step.batch_instance_id, step.step_key, step.shard, step.attempt, step.state, step.reason,
    coalesce(step.started_at, step.finished_at, clock_now()) - step.created_at as waited,
    coalesce(step.finished_at, clock_now()) - step.started_at as ran,
    coalesce(step.leased_by, latest.worker) as worker,
    (step.progress ->> 'done')::bigint as items_done,
    (step.progress ->> 'total')::bigint as items_total,
    coalesce(step.error, latest.error) as error,
    step.started_at,
    step.finished_at
from batch_step as step
left join batch_step_result as latest
    on (latest.batch_instance_id, latest.step_key, latest.shard, latest.attempt)
     = (step.batch_instance_id, step.step_key, step.shard, step.attempt)
where step.dropped_at is null
union all
select
    result.batch_instance_id, result.step_key, result.shard, result.attempt,
    case when result.error is null then 'succeeded' else 'failed' end, 'earlier_attempt',
    null, result.finished_at - result.started_at, result.worker, null, null, result.error, result.started_at,
    result.finished_at
from batch_step_result as result
join batch_step as step
    on (step.batch_instance_id, step.step_key, step.shard) = (result.batch_instance_id, result.step_key, result.shard)
where result.attempt < step.attempt and step.dropped_at is null;
comment on view batch_step_timeline is
    'Every step, shard and earlier attempt: how long it waited and ran, and where. Order it by started_at.';

create or replace view batch_cron_calendar as
select
    definition.name as definition,
    fire.fire_at,
    fire.fire_at at time zone definition.timezone as local_time,
    fire.outcome,
    fire.reason,
    fire.decided_at - fire.fire_at as late,
    fire.batch_instance_id,
    instance.status
from batch_cron_fire as fire
join batch_definition as definition on definition.id = fire.definition_id
left join batch_instance as instance on instance.id = fire.batch_instance_id
union all
select
    definition.name, next.fire_at, next.fire_at at time zone definition.timezone,
    case when next.fire_at > clock_now() then 'planned' else 'due' end,
    case when next.fire_at <= clock_now() then 'no scheduler has looked since; start one with batchdag worker' end,
    null, null, null
from batch_cron as cron
join batch_definition as definition on definition.id = cron.definition_id
cross join unnest(cron.upcoming) as next(fire_at)
where cron.enabled
  and not exists (
      select from batch_cron_fire as known where known.definition_id = cron.definition_id and known.fire_at = next.fire_at)
union all
select definition.name, null, null, 'unusable', cron.problem, null, null, null
from batch_cron as cron
join batch_definition as definition on definition.id = cron.definition_id
where cron.enabled and cron.problem is not null;
comment on view batch_cron_calendar is
    'What became of each instant of each cron, and the next five. local_time is by the time zone that the definition has now.';

create or replace function fold_error(error text) returns text
language sql immutable parallel safe
return left(coalesce(
    regexp_replace(
        regexp_replace(left(error, 500), '"[^"]*"|(?<!\w)''[^'']*''(?!\w)', '"…"', 'g'),
        '\d+([.,]\d+)*', '#', 'g'),
    'no error was recorded'), 300);
comment on function fold_error is 'What an error has in common with others of its kind: quoted values and numbers are left out.';

-- 9.1 Why is this step not running? explained_step decides it, with one function for each state: a code and its values,
--     for programs that say it in words of their own (docs/reference/http.md lists the codes). explain_step says it here.

create or replace function in_words(span interval) returns text
language sql immutable parallel safe
return case
    when span < '1 minute' then extract(epoch from date_trunc('second', span))::integer || ' s'
    when span < '1 hour' then to_char(span, 'FMMI "min"')
    when span < '1 day' then to_char(span, 'FMHH24 "h" FMMI "min"')
    else to_char(justify_hours(span), 'FMDDD "d" FMHH24 "h"')
end;

create or replace function to_the_second(moment timestamptz) returns text
language sql stable parallel safe
return to_char(moment, 'YYYY-MM-DD HH24:MI:SSOF');
comment on function to_the_second is 'A time as people read it, in the time zone of the session.';

drop function if exists
    explain_unknown_step(batch_instance, text), explain_pending_instance(batch_instance), explain_limit(text, text),
    explain_provider_limits(batch_step), explain_pending_step(batch_instance, batch_step), explain_ready_step(batch_step),
    explain_running_step(batch_step), explain_upstream_failure(batch_instance, batch_step),
    explain_cancelled_step(batch_instance, batch_step), explain_finished_step(batch_step), no_worker();  -- they gave words only

create or replace function explained(code text, facts jsonb) returns jsonb
language sql immutable parallel safe
return jsonb_build_object('code', code, 'values', jsonb_strip_nulls(facts));

create or replace function seconds_of(span interval) returns numeric
language sql immutable parallel safe
return round(extract(epoch from span), 3);

create or replace function explained_step(instance_id bigint, step_key text) returns jsonb
language plpgsql stable as $$
declare
    instance batch_instance;
    step batch_step;
begin
    select * into instance from batch_instance as i where i.id = explained_step.instance_id;
    if instance.id is null then
        return explained('no_such_instance', jsonb_build_object('instance_id', instance_id));
    end if;
    select * into step
    from batch_step as s
    where s.batch_instance_id = instance.id and s.step_key = explained_step.step_key and s.shard = 0;
    if step.id is null then
        return case when instance.status = 'pending' and step_content(instance, explained_step.step_key) is not null
            then explained_pending_instance(instance) else explained_unknown_step(instance, explained_step.step_key) end;
    end if;
    return jsonb_set(case
        when step.dropped_at is not null
            then explained('step_dropped', jsonb_build_object('version', instance.version))
        when step.state = 'pending' then explained_pending_step(instance, step)
        when step.state = 'ready' then explained_ready_step(step)
        when step.state = 'running' then explained_running_step(step)
        when step.state = 'upstream_failed' then explained_upstream_failure(instance, step)
        when step.state = 'cancelled' then explained_cancelled_step(instance, step)
        else explained_finished_step(step)
    end, '{values,step_key}', to_jsonb(step.step_key));
end $$;
comment on function explained_step is 'Why a step is or is not running, and what would move it: a code and its values.';

create or replace function step_content(instance batch_instance, key text) returns jsonb
language sql stable
return (
    select step
    from jsonb_array_elements(instance_content(instance) -> 'steps') as steps(step)
    where step ->> 'key' = key
);

create or replace function explained_unknown_step(instance batch_instance, key text) returns jsonb
language sql stable
return explained('no_such_step', jsonb_build_object('instance_id', instance.id, 'step_key', key, 'hint', did_you_mean(key, array(
    select step ->> 'key' from jsonb_array_elements(instance_content(instance) -> 'steps') as steps(step)
))));

create or replace function workers_now() returns text
language sql stable
return case when exists (select from batch_step where state = 'running' and lease_expires_at > clock_now())
    then 'busy' else 'none' end;

create or replace function explained_pending_instance(instance batch_instance) returns jsonb
language sql stable
return (
    select case
        when active >= max_active
            then explained('instance_waits_for_room', jsonb_build_object(
                'instance_id', instance.id, 'definition', name, 'active', active, 'max_active', max_active))
        when overlap <> 'allow' and instance.trigger = 'cron' and live_instance(d.id) < instance.id
            then explained('instance_waits_for_earlier', jsonb_build_object(
                'instance_id', instance.id, 'definition', name, 'earlier_id', live_instance(d.id)))
        else explained('instance_not_taken', jsonb_build_object('instance_id', instance.id, 'workers', workers_now()))
    end
    from batch_definition as d
    cross join lateral (
        select count(*) as active from batch_instance as i where i.definition_id = d.id and i.status = 'running'
    ) as counted
    where d.id = instance.definition_id
);

create or replace function parents_of(instance batch_instance, key text) returns setof batch_step
language sql stable as $$
    select step.*
    from jsonb_array_elements(instance_content(instance) -> 'steps') as parents(parent)
    join batch_step as step
        on step.batch_instance_id = instance.id and step.step_key = parent ->> 'key' and step.shard = 0
    where parent -> 'nextSteps' ? key
$$;

create or replace function full_limit(scope text, name text) returns jsonb
language sql stable
return (
    select jsonb_build_object(
        'scope', limited.scope,
        'name', limited.name,
        'per', case when is_full then 'now' else 'minute' end,
        'used', case when is_full then running else begun_last_minute end,
        'most', case when is_full then max_running else max_per_minute end)
    from batch_limit_overview as limited, coalesce(running >= max_running, false) as is_full
    where (limited.scope, limited.name) = (full_limit.scope, full_limit.name)
      and (is_full or begun_last_minute >= max_per_minute)
);
comment on function full_limit is 'Which limit lets no more begin now; null: none.';

create or replace function full_provider_limits(step batch_step) returns jsonb
language sql stable
return (
    select jsonb_agg(distinct full_one)
    from provider_batch as job,
        full_limit(case job.mode when 'batch' then 'provider_jobs' else 'provider_calls' end, job.provider) as full_one
    where job.step_id = step.id
      and job.state in ('planned', 'uploaded', 'submitted')
      and (job.mode <> 'batch' or job.state <> 'submitted')
      and full_one is not null
);

create or replace function explained_pending_step(instance batch_instance, step batch_step) returns jsonb
language sql stable
return case
    when step.reason = 'spread' then (
        select explained('waits_for_shards', jsonb_build_object(
            'done', count(*) filter (where finished_at is not null), 'total', count(*),
            'failed', count(*) filter (where state = 'failed'),
            'limit', case when bool_or(state = 'ready' and run_after <= clock_now()) then full_limit('runner', step.runner) end))
        from batch_step as shard
        where shard.batch_instance_id = instance.id and shard.step_key = step.step_key and shard.shard > 0
    )
    else coalesce((
        select explained('waits_for_parents', jsonb_build_object('parents',
            jsonb_agg(jsonb_build_object('step_key', parent.step_key, 'state', parent.state) order by parent.step_key)))
        from parents_of(instance, step.step_key) as parent
        where parent.finished_at is null
        having count(*) > 0
    ), explained('not_released', jsonb_build_object('workers', workers_now())))
end;

create or replace function last_error(step batch_step) returns text
language sql stable
return coalesce(step.error, (
    select r.error
    from batch_step_result as r
    where (r.batch_instance_id, r.step_key, r.shard) = (step.batch_instance_id, step.step_key, step.shard)
    order by r.attempt desc
    limit 1
));

create or replace function explained_ready_step(step batch_step) returns jsonb
language sql stable
return case when step.run_after > clock_now()
    then (
        select explained(case when step.reason like 'snoozed%' then 'snoozed' else 'waits_to_retry' end, jsonb_build_object(
            'reason', step.reason, 'due_seconds', seconds_of(step.run_after - clock_now()), 'due_at', step.run_after,
            'limits', limits, 'last_error', case when limits is null then last_error(step) end))
        from full_provider_limits(step) as limits)
    else (
        select explained(case when full_one is null then 'not_claimed' else 'waits_for_limit' end, jsonb_build_object(
            'ready_seconds', seconds_of(clock_now() - step.run_after), 'limit', full_one,
            'workers', case when full_one is null then workers_now() end,
            'runner', case when full_one is null then nullif(step.runner, '') end, 'last_error', last_error(step)))
        from full_limit('runner', step.runner) as full_one)
end;

create or replace function explained_running_step(step batch_step) returns jsonb
language sql stable
return explained(case when step.lease_expires_at > clock_now() then 'running' else 'worker_lost' end, jsonb_build_object(
    'running_seconds', seconds_of(clock_now() - step.started_at), 'worker', step.leased_by, 'attempt', step.attempt,
    'items_done', step.progress -> 'done',
    'lease_seconds', abs(seconds_of(step.lease_expires_at - clock_now())),
    'stop_asked_seconds', seconds_of(clock_now() - step.cancel_requested_at)));

create or replace function explained_upstream_failure(instance batch_instance, step batch_step) returns jsonb
language sql stable as $$
    with recursive above as (
        select p.* from parents_of(instance, step.step_key) as p
        union
        select p.* from above cross join lateral parents_of(instance, above.step_key) as p
        where above.state = 'upstream_failed'
    )
    select explained('upstream_failed', jsonb_build_object('instance_id', instance.id, 'failed', jsonb_agg(
        jsonb_build_object('step_key', step_key, 'state', state, 'error', error) order by finished_at, step_key)))
    from above
    where state in ('failed', 'cancelled')
$$;

create or replace function explained_cancelled_step(instance batch_instance, step batch_step) returns jsonb
language sql stable
return explained(case
    when step.reason = 'stopped' then 'cancelled_by_stop'
    when instance.cancel_requested_at is not null then 'cancelled_with_instance'
    else 'cancelled'
end, jsonb_build_object(
    'finished_at', step.finished_at, 'reason', step.reason, 'error', step.error,
    'instance_id', instance.id, 'asked_at', instance.cancel_requested_at));

create or replace function explained_finished_step(step batch_step) returns jsonb
language sql stable
return explained(case when step.state = 'skipped' and step.reason = 'condition_unmet' then 'condition_unmet' else step.state end,
    jsonb_build_object(
        'finished_at', step.finished_at, 'attempt', step.attempt, 'reason', step.reason, 'error', step.error));

-- The same in words.

create or replace function in_words(seconds jsonb) returns text
language sql immutable parallel safe
return in_words(make_interval(secs => seconds::double precision));

create or replace function workers_words(facts jsonb) returns text
language sql immutable parallel safe
return case facts ->> 'workers'
    when 'busy' then 'workers are busy with other steps;'
    else 'no worker holds any step at this moment, so perhaps none is alive;'
end;

create or replace function limit_words(full_one jsonb) returns text
language sql immutable parallel safe
return format(case full_one ->> 'scope' || ' ' || (full_one ->> 'per')
        when 'runner now' then 'runner %s runs %s of %s at once'
        when 'runner minute' then 'runner %s has begun %s of %s per minute'
        when 'provider_calls now' then '%s has %s of %s live calls under way'
        when 'provider_calls minute' then '%s has been called %s of %s times per minute'
        when 'provider_jobs now' then '%s has %s of %s jobs under way'
        else '%s has been sent %s of %s jobs per minute'
    end, full_one ->> 'name', full_one ->> 'used', full_one ->> 'most');

create or replace function pending_step_words(code text, facts jsonb) returns text
language sql stable
return case code
    when 'waits_for_shards'
        then format('is spread over shards: %s of %s are done (%s failed); it goes on when all are.%s',
                    facts ->> 'done', facts ->> 'total', facts ->> 'failed',
                    ' Shards wait because ' || limit_words(facts -> 'limit') || ' (batch_limit).')
    when 'waits_for_parents' then (
        select 'is waiting for ' || string_agg(format('"%s" (%s)', parent ->> 'step_key', parent ->> 'state'), ', ' order by place)
            || '.'
        from jsonb_array_elements(facts -> 'parents') with ordinality as waited(parent, place))
    else format('has no unfinished parents; the engine releases it with its next pass: %s see batchdag worker.', workers_words(facts))
end;

create or replace function ready_step_words(code text, facts jsonb) returns text
language sql stable
return case
    when code = 'waits_for_limit'
        then format('is ready for %s, and waits because %s (batch_limit).',
                    in_words(facts -> 'ready_seconds'), limit_words(facts -> 'limit'))
    when code = 'not_claimed'
        then format('is ready for %s, but no worker%s has claimed it: %s start one with batchdag worker.',
                    in_words(facts -> 'ready_seconds'), coalesce(' that has the runner ' || (facts -> 'runner')::text, ''), workers_words(facts))
    else format('is waiting %s (%s): due in %s, at %s.%s',
        case code when 'snoozed' then 'for something outside' else 'to be tried again' end,
        coalesce(facts ->> 'reason', 'no reason given'), in_words(facts -> 'due_seconds'),
        to_the_second((facts ->> 'due_at')::timestamptz), (
            select ' It has to wait because ' || string_agg(why, ' and ' order by why) || ' (batch_limit).'
            from jsonb_array_elements(facts -> 'limits') as full_one, limit_words(full_one) as why))
end;

create or replace function running_step_words(code text, facts jsonb) returns text
language sql stable
return format('is running for %s at %s (attempt %s%s); its lease %s',
    in_words(facts -> 'running_seconds'), facts ->> 'worker', facts ->> 'attempt',
    ', ' || (facts ->> 'items_done') || ' items done',
    format(case code when 'running' then 'ends in %s and is renewed.'
                     else 'expired %s ago: the worker is lost, and a rescuer makes the step ready again.' end,
           in_words(facts -> 'lease_seconds')));

create or replace function failures_words(failed jsonb) returns text
language sql immutable parallel safe
return coalesce((
    select string_agg(format('"%s" %s%s', one ->> 'step_key', one ->> 'state', ': ' || (one ->> 'error')), '; ' order by place)
    from jsonb_array_elements(failed) with ordinality as each_failed(one, place)
), 'a failed step');

create or replace function ended_step_words(code text, facts jsonb) returns text
language sql stable
return (
    select case code
        when 'succeeded' then format('succeeded at %s, attempt %s.', finished_at, facts ->> 'attempt')
        when 'failed' then format('failed at %s after %s attempt(s) (%s): %s', finished_at, facts ->> 'attempt',
                                  coalesce(reason, 'no reason given'), coalesce(error, 'no error was recorded'))
        when 'condition_unmet' then 'was skipped: its condition was false.'
        when 'skipped' then format('was skipped: of what came before it, nothing succeeded (%s).',
                                   coalesce(reason, 'its fanIn decided'))
        when 'upstream_failed'
            then format('did not run because of what came before it: %s. Mend that and retry_instance(%s).',
                        failures_words(facts -> 'failed'), facts ->> 'instance_id')
        when 'cancelled_by_stop'
            then format('was cancelled at %s, because a step with onFailure: stop failed.%s', finished_at, ' ' || error)
        when 'cancelled_with_instance'
            then format('was cancelled at %s: cancelling instance %s was asked for at %s.%s', finished_at,
                        facts ->> 'instance_id', to_the_second((facts ->> 'asked_at')::timestamptz), ' ' || error)
        else format('was cancelled at %s (%s).%s', finished_at, coalesce(reason, 'no reason given'), ' ' || error)
    end
    from (select
        to_the_second((facts ->> 'finished_at')::timestamptz) as finished_at, facts ->> 'reason' as reason,
        facts ->> 'error' as error) as told
);

create or replace function step_words(code text, facts jsonb) returns text
language sql stable
return case
    when code in ('waits_for_shards', 'waits_for_parents', 'not_released') then pending_step_words(code, facts)
    when code in ('snoozed', 'waits_to_retry', 'waits_for_limit', 'not_claimed') then ready_step_words(code, facts)
    when code in ('running', 'worker_lost') then running_step_words(code, facts)
    else ended_step_words(code, facts)
end;

create or replace function waiting_instance_words(code text, facts jsonb) returns text
language sql stable
return case code
    when 'instance_waits_for_room'
        then format('%s of at most %s instances of "%s" are running (max_active); it starts when one ends.',
                    facts ->> 'active', facts ->> 'max_active', facts ->> 'definition')
    when 'instance_waits_for_earlier'
        then format('instance %s of "%s" has not ended (overlap); it starts after it.',
                    facts ->> 'earlier_id', facts ->> 'definition')
    else workers_words(facts) || ' it starts as soon as an engine takes it (batchdag worker).'
end;

create or replace function explanation_words(code text, facts jsonb) returns text
language sql stable
return case
    when code = 'no_such_instance' then format('There is no instance %s.', facts ->> 'instance_id')
    when code = 'no_such_step'
        then format('Instance %s has no step %s%s.', facts ->> 'instance_id', shown(facts ->> 'step_key'), facts ->> 'hint')
    when code like 'instance\_%' then format('Instance %s is pending, so none of its steps has begun: %s',
                                            facts ->> 'instance_id', waiting_instance_words(code, facts))
    when code = 'step_dropped' then format('Step "%s" was dropped: version %s, with which the instance was retried,'
                                           ' no longer has it.', facts ->> 'step_key', facts ->> 'version')
    else format('Step "%s" %s%s%s', facts ->> 'step_key', step_words(code, facts),
                ' It was asked to stop ' || in_words(facts -> 'stop_asked_seconds') || ' ago.',
                ' The last attempt said: ' || (facts ->> 'last_error'))
end;

create or replace function explain_step(instance_id bigint, step_key text) returns text
language plpgsql stable as $$
declare
    found jsonb := explained_step(instance_id, step_key);
begin
    return explanation_words(found ->> 'code', found -> 'values');
end $$;
comment on function explain_step is 'In words: why a step is or is not running, and what would move it.';

-- ---------------------------------------------------------------------------------------------------------------------
-- 9.2 Whatever search_path a client has, these find the tables and functions of the schema that they were created in.
-- ---------------------------------------------------------------------------------------------------------------------

do $$
declare
    entry regprocedure;
begin
    foreach entry in array array[
        'tell_engine(text, text)', 'definition_problems(batch_definition)', 'refuse_bad_definition()',
        'refuse_history_edit()', 'count_version()', 'record_version()', 'report_removal()',
        'start_instance(text, jsonb, text, text, timestamptz, numeric)', 'cancel_instance(bigint)', 'retry_instance(bigint, text)',
        'rehearse_draft(jsonb, jsonb, jsonb)',
        'explain_step(bigint, text)', 'explained_step(bigint, text)', 'delete_items()', 'start_fire(batch_cron_fire)', 'fire_cron(bigint, timestamptz, text)',
        'backfill_cron(bigint, timestamptz)', 'reschedule_cron()', 'delete_results()',
        'count_running(batch_limit)', 'count_begun(batch_limit)', 'refuse_bad_limit()', 'report_limits()',
        'prompt_problems(prompt_template)', 'prompt_references(jsonb)', 'definitions_using(text)', 'refuse_bad_prompt()',
        'count_prompt_version()', 'record_prompt_version()', 'refuse_prompt_removal()', 'report_prompt_removal()',
        'refuse_prompt_history_edit()'
    ]::regprocedure[]
    loop
        execute format('alter function %s set search_path = %I, pg_temp', entry, current_schema());
    end loop;
end $$;

revoke execute on function record_version() from public;
revoke execute on function reschedule_cron() from public;

-- ---------------------------------------------------------------------------------------------------------------------
-- 10. The reader role: analysts' SQL runs as this login role, which can read and nothing else.
-- ---------------------------------------------------------------------------------------------------------------------

do $$
begin
    if not exists (select from pg_roles where rolname = 'batchdag_reader') then
        create role batchdag_reader login nosuperuser nocreatedb nocreaterole noinherit noreplication connection limit 64;
    end if;
exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
        raise notice 'the role batchdag_reader does not exist and % may not create it; a database administrator should run: '
                     'create role batchdag_reader login noinherit password ''...''; then run batchdag init again', current_user;
end $$;

-- One statement at a time: what this user may not do is said, and takes nothing else with it.
do $$
declare
    base text := quote_ident(current_database());
    home text := quote_ident(current_schema());
    role_here text := format('alter role batchdag_reader in database %I', current_database());
    statement text;
begin
    if not exists (select from pg_roles where rolname = 'batchdag_reader') then
        return;
    end if;
    foreach statement in array array[
        format('revoke create, temporary on database %s from public, batchdag_reader', base),
        format('grant connect on database %s to batchdag_reader', base),
        format('revoke create on schema %s from public', home),
        format('grant usage on schema %s to batchdag_reader', home),
        format('grant select on all tables in schema %s to batchdag_reader', home),
        format('revoke all on %1$s.api_token, %1$s.audit_log, %1$s.alert_webhook, %1$s.alert_delivery '
               'from batchdag_reader', home),
        format('revoke all on %1$s.cache_reader from batchdag_reader', home),
        format('alter default privileges in schema %s grant select on tables to batchdag_reader', home),
        role_here || ' set statement_timeout = ''1h''',
        role_here || ' set lock_timeout = ''10s''',
        role_here || ' set idle_in_transaction_session_timeout = ''1h''',
        role_here || ' set default_transaction_read_only = on',
        role_here || ' set jit = off',
        role_here || ' set temp_file_limit = ''20GB''',
        'revoke execute on function pg_advisory_lock(bigint), pg_advisory_lock(int, int), '
        'pg_advisory_lock_shared(bigint), pg_advisory_lock_shared(int, int), pg_try_advisory_lock(bigint), '
        'pg_try_advisory_lock(int, int), pg_try_advisory_lock_shared(bigint), pg_try_advisory_lock_shared(int, int), '
        'pg_advisory_xact_lock(bigint), pg_advisory_xact_lock(int, int), pg_notify(text, text), '
        'pg_sleep(double precision), lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea), lo_unlink(oid) from public',
        -- One analyst's step ends no other's query, and writes nothing to the log. (Their arguments differ by version.)
        (select 'revoke execute on function ' || string_agg(oid::regprocedure::text, ', ') || ' from public'
         from pg_proc
         where pronamespace = 'pg_catalog'::regnamespace
           and proname in ('pg_terminate_backend', 'pg_cancel_backend', 'pg_logical_emit_message'))
    ]
    loop
        begin
            execute statement;
        exception
            when insufficient_privilege or undefined_object then
                raise notice 'not done, for % may not (ask a database administrator to): %', current_user, statement;
        end;
    end loop;
end $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- 11. Revision: raised by every change of this file, so that a newer program knows an older database. Last, since it
--     says that all the rest has been applied.
-- ---------------------------------------------------------------------------------------------------------------------

create or replace function schema_revision() returns integer
language sql immutable parallel safe
return 4;
comment on function schema_revision is 'Which state of batchdag''s schema this database has; batchdag init raises it.';
