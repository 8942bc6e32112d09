-- questions_schema.sql: the tables of the shipped definitions question_generation and explanation.
--
-- Idempotent. Apply it after `batchdag init`, in the schema that the engine's tables are in and that load may write to.

create table if not exists subject (
    code    text primary key check (code ~ '^[a-z][a-z0-9_]*$'),
    name_ko text not null check (name_ko <> ''),
    name_en text not null check (name_en <> '')
);
comment on table subject is 'A school subject.';

create table if not exists question_type (
    code          text primary key check (code ~ '^[a-z][a-z0-9_]*$'),
    name_ko       text not null check (name_ko <> ''),
    name_en       text not null check (name_en <> ''),
    guidance_ko   text not null check (guidance_ko <> ''),
    guidance_en   text not null check (guidance_en <> ''),
    has_choices   boolean not null,
    needs_passage boolean not null,
    is_active     boolean not null default true
);
comment on table question_type is 'A kind of question, and what its author is told about it.';
comment on column question_type.has_choices is 'Whether the reader picks one of four answers, or writes one.';
comment on column question_type.needs_passage is 'Whether it is asked about a passage, one that mentions the keyword.';
comment on column question_type.is_active is 'False: no new question is of this type.';

create table if not exists keyword (
    id        bigint generated always as identity primary key,
    subject   text not null references subject,
    language  text not null check (language in ('ko', 'en')),
    word      text not null check (word <> '' and length(word) <= 100),
    level     smallint not null check (level between 1 and 3),
    is_active boolean not null default true,
    unique (subject, language, word)
);
comment on table keyword is 'What questions are asked about. Definitions pick from these, the least used first.';
comment on column keyword.language is 'The language of the questions about it.';
comment on column keyword.level is '1 elementary school, 2 middle school, 3 high school.';
comment on column keyword.is_active is 'False: it is not picked any more.';

create table if not exists passage_set (
    id         bigint generated always as identity primary key,
    subject    text not null references subject,
    language   text not null check (language in ('ko', 'en')),
    title      text not null check (title <> ''),
    paragraphs text[] not null check (cardinality(paragraphs) > 0 and array_position(paragraphs, null) is null),
    unique (subject, language, title)
);
comment on table passage_set is 'A text that questions are asked about, by paragraph.';

create table if not exists example_question (
    id             bigint generated always as identity primary key,
    subject        text not null references subject,
    question_type  text not null references question_type,
    language       text not null check (language in ('ko', 'en')),
    passage_set_id bigint references passage_set,
    question       text not null check (question <> ''),
    choices        text[] not null default '{}' check (cardinality(choices) in (0, 4)),
    answer         text not null check (answer <> ''),
    unique (subject, language, question),
    constraint answer_is_a_choice check (choices = '{}' or answer = any (choices))
);
comment on table example_question is 'A question written by a teacher: the tone and the form that generated ones should have.';

create table if not exists question_set (
    id         text primary key check (id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$'),
    definition text not null default 'explanation' check (definition <> ''),
    params     jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
    created_at timestamptz not null default now()
);
comment on table question_set is 'Questions that were uploaded under one name. The first upload makes the row.';
comment on column question_set.definition is 'Which definition explains the questions of the set.';
comment on column question_set.params is 'What it is started with. Where it has a param limit, the most is taken unless it is given here.';

create table if not exists question_upload (
    id              bigint generated always as identity primary key,
    set_id          text not null references question_set on delete cascade,
    idempotency_key text not null check (idempotency_key <> ''),
    digest          text not null,
    answer          jsonb not null,
    created_at      timestamptz not null default now(),
    unique (set_id, idempotency_key)
);
comment on table question_upload is 'An upload that had an Idempotency-Key, and its answer: the same key gives it again.';
comment on column question_upload.digest is 'A hash of what was uploaded and how: the same key with something else is refused.';

create table if not exists question (
    id                       text primary key check (id ~ '^[0-9a-f]{32}$'),
    set_id                   text references question_set,
    keyword_id               bigint references keyword,
    subject                  text references subject,
    question_type            text references question_type,
    language                 text not null check (language in ('ko', 'en')),
    level                    smallint check (level between 1 and 3),
    passage_set_id           bigint references passage_set,
    passage                  text,
    question                 text not null check (question <> ''),
    choices                  text[] not null default '{}' check (cardinality(choices) in (0, 4)),
    answer                   text not null check (answer <> ''),
    wrong_answers            text[] not null,
    difficulty               text check (difficulty in ('easy', 'medium', 'hard')),
    priority                 integer not null default 0,
    explanation              text,
    explanation_status       text not null default 'pending'
        check (explanation_status in ('pending', 'generating', 'completed', 'failed')),
    explanation_generated_at timestamptz,
    explanation_error        text check (length(explanation_error) <= 500),
    source_instance_id       bigint,
    source_step              text,
    source_model             text,
    prompt_version           integer,
    is_simulated             boolean not null,
    created_at               timestamptz not null default now(),
    constraint answer_is_a_choice check (choices = '{}' or answer = any (choices)),
    constraint answer_is_not_wrong check (answer <> all (wrong_answers)),
    constraint passage_is_whole
        check (passage is not null or passage_set_id is null),
    constraint generated_or_uploaded check (
        set_id is not null
        or num_nulls(keyword_id, subject, question_type, level, difficulty, source_instance_id, source_step, source_model,
                     prompt_version) = 0 and (passage_set_id is null) = (passage is null)),
    constraint completed_is_explained
        check (explanation_status <> 'completed' or explanation is not null and explanation_generated_at is not null)
);

-- What a table of an earlier version lacks.
alter table question
    add column if not exists set_id text references question_set,
    alter column keyword_id drop not null,
    alter column subject drop not null,
    alter column question_type drop not null,
    alter column level drop not null,
    alter column difficulty drop not null,
    alter column source_instance_id drop not null,
    alter column source_step drop not null,
    alter column source_model drop not null,
    alter column prompt_version drop not null;
do $$
begin
    if not exists (select from pg_constraint
                   where conrelid = 'question'::regclass and conname = 'generated_or_uploaded') then
        alter table question
            drop constraint passage_is_whole,
            add constraint passage_is_whole check (passage is not null or passage_set_id is null),
            add constraint generated_or_uploaded check (
                set_id is not null
                or num_nulls(keyword_id, subject, question_type, level, difficulty, source_instance_id, source_step,
                             source_model, prompt_version) = 0 and (passage_set_id is null) = (passage is null));
    end if;
end $$;

create index if not exists question_by_keyword on question (keyword_id);
create index if not exists question_by_set on question (set_id, id) where set_id is not null;
create index if not exists question_by_set_and_state on question (set_id, explanation_status) where set_id is not null;
create index if not exists question_to_explain on question (priority desc, id) where explanation_status = 'pending';
comment on table question is
    'A question, generated or uploaded. The same text in the same language is one row, among the generated ones and in each set.';
comment on column question.id is 'A hash of language and text, without regard to case and spacing; of an uploaded one, of its set too.';
comment on column question.set_id is 'The set that it was uploaded to; null: it was generated, and says from what and by whom.';
comment on column question.passage is 'The passage as it was when the question was written.';
comment on column question.choices is 'In the order they are shown; empty: the reader writes the answer.';
comment on column question.wrong_answers is 'Answers that students are likely to give; where there are choices, the other three.';
comment on column question.priority is 'Questions with a higher number are explained first.';
comment on column question.explanation is 'Of an uploaded question that is not completed: words that say so.';
comment on column question.explanation_status is 'Set it to pending to have the question explained anew.';
comment on column question.source_instance_id is 'The instance that wrote it. No foreign key: old instances are pruned, questions stay.';
comment on column question.prompt_version is 'The version of the prompt question_generation that asked for it.';
comment on column question.is_simulated is 'True: made up without a model, to rehearse. Delete these before questions reach students.';

create or replace view keyword_passage as
select keyword.id as keyword_id, passage_set.id as passage_set_id
from keyword
join passage_set using (subject, language)
where strpos(lower(passage_set.title || ' ' || array_to_string(passage_set.paragraphs, ' ')), lower(keyword.word)) > 0;
comment on view keyword_passage is 'Which passages mention a keyword: about these it can be asked.';

create or replace view keyword_usage as
select keyword.id as keyword_id,
       keyword.subject,
       keyword.language,
       keyword.word,
       keyword.level,
       coalesce(usage.uses, 0) as uses,
       usage.last_used_at,
       (select count(*) from question where question.keyword_id = keyword.id) as questions
from keyword
left join batch_usage as usage on usage.pool = 'keyword' and usage.item_key = keyword.id::text;
comment on view keyword_usage is
    'How often each keyword was picked by instances that succeeded, which is what the next pick goes by, and its questions.';

do $$
begin
    if exists (select from pg_roles where rolname = 'batchdag_reader') then
        grant select on subject, question_type, keyword, passage_set, example_question, question, question_set,
                        keyword_passage, keyword_usage
            to batchdag_reader;
    end if;
end $$;
