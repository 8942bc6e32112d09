-- Save questions; of several with the same text the first. Returns the lines of those that are new. Locks the new rows.
-- They are counted, not joined: PostgreSQL expects one row of each, and would compare each of them with each.
with given as (
    select distinct on (id) *
    from jsonb_to_recordset(:rows) as read (
        line bigint, question text, answer text, choices text[], wrong_answers text[], subject text,
        question_type text, language text, level smallint, difficulty text, passage text, priority integer,
        explanation text)
    cross join lower(regexp_replace(question, '\s+', ' ', 'g')) as plain
    cross join md5(cast(:set_id as text) || ' ' || language || ' ' || plain) as id
    order by id, line
),
saved as (
    insert into question (
        id, set_id, subject, question_type, language, level, passage, question, choices, answer, wrong_answers,
        difficulty, priority, explanation, explanation_status, explanation_generated_at, is_simulated)
    select id, cast(:set_id as text), subject, question_type, language, level, passage, question, choices, answer,
           wrong_answers, difficulty, priority, coalesce(explanation, cast(:placeholders as jsonb) ->> language),
           case when explanation is null then 'pending' else 'completed' end,
           case when explanation is not null then clock_now() end, false
    from given
    on conflict (id) do nothing
    returning id
)
select max(line) as line
from (select id, line from given union all select id, null from saved) as twice
group by id
having count(*) = 2
