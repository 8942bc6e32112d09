"""The statements about uploaded questions, and about the instances that explain them."""

INSTALLED = "select to_regclass('question_set') is not null"

MAKE_SET = "insert into question_set (id) values (%(set_id)s) on conflict (id) do nothing"

# One upload to a set at a time: two that insert the same questions in two orders would wait for each other.
LOCK_SET = "select id from question_set where id = %(set_id)s for no key update"

FIND_UPLOAD = "select digest, answer from question_upload where set_id = %(set_id)s and idempotency_key = %(key)s"

KEEP_UPLOAD = """
insert into question_upload (set_id, idempotency_key, digest, answer)
values (%(set_id)s, %(key)s, %(digest)s, %(answer)s)
"""

KNOWN = """
select array(select code from subject order by code), array(select code from question_type order by code)
"""

# Returns the lines of the questions that are new; the first of several with the same text is the one that is saved.
# They are counted, not joined: PostgreSQL expects one row of each, and would compare each of them with each.
SAVE = r"""
with given as (
    select distinct on (id) *
    from jsonb_to_recordset(%(rows)s) as read (
        line bigint, question text, answer text, choices text[], wrong_answers text[], subject text,
        question_type text, language text, level smallint, difficulty text, passage text, priority integer,
        explanation text)
    cross join lower(regexp_replace(question, '\s+', ' ', 'g')) as plain
    cross join md5(cast(%(set_id)s as text) || ' ' || language || ' ' || plain) as id
    order by id, line
),
saved as (
    insert into question (
        id, set_id, subject, question_type, language, level, passage, question, choices, answer, wrong_answers,
        difficulty, priority, explanation, explanation_status, explanation_generated_at, is_simulated)
    select id, cast(%(set_id)s as text), subject, question_type, language, level, passage, question, choices, answer,
           wrong_answers, difficulty, priority, coalesce(explanation, cast(%(placeholders)s as jsonb) ->> language),
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
"""

RUN_OF_SET = """
select s.definition,
       jsonb_strip_nulls(jsonb_build_object('limit', d.params_schema #> '{properties,limit,maximum}')) || s.params
from question_set as s
left join batch_definition as d on d.name = s.definition
where s.id = %(set_id)s
"""

# Holds the instance until the questions are committed, so that it begins after them and takes them all.
HOLD_WAITING = """
select instance.id
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where definition.name = %(name)s
  and instance.version = definition.version
  and instance.status = 'pending'
  and instance.rehearsal is null
  and instance.cancel_requested_at is null
  and instance.params @> %(params)s
order by instance.id
limit 1
for no key update of instance
"""

START = "select start_instance(%(name)s, %(params)s, null, 'http')"

JOBS = """
select instance.id as instance_id, definition.name as definition, instance.status, instance.created_at,
       instance.started_at
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
where definition.name = any(%(names)s)
  and instance.status in ('pending', 'running')
  and instance.rehearsal is null
order by instance.id
limit 100
"""

COUNT = """
select count(*) as total,
       count(*) filter (where explanation_status = 'pending') as pending,
       count(*) filter (where explanation_status = 'generating') as generating,
       count(*) filter (where explanation_status = 'completed') as completed,
       count(*) filter (where explanation_status = 'failed') as failed
from question
where set_id = %(set_id)s
"""

_STATUS = """
select id, set_id, left(question, 200) as question, explanation_status as status,
       explanation_generated_at as generated_at, explanation_error as error,
       case when explanation_status = 'completed' then explanation end as explanation
from question
"""

STATUS_OF_SET = (
    _STATUS
    + """
where set_id = %(set_id)s
  and id > %(after)s
  and (cast(%(state)s as text) is null or explanation_status = %(state)s)
order by id
limit %(limit)s
"""
)

STATUS_OF_ONE = _STATUS + "where id = %(id)s"

SETS_THAT_WAIT = """
select id, definition
from question_set
where exists (select from question where set_id = question_set.id and explanation_status = 'pending')
order by id
"""
