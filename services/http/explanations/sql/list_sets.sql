-- Every set of questions, the newest first: how its questions stand, and how many instances explain it, or will. Locks
-- nothing.
select s.id, s.definition, s.created_at, stands.*, at_work.jobs
from question_set as s
cross join lateral (
    select count(*) as total,
           count(*) filter (where explanation_status = 'pending') as pending,
           count(*) filter (where explanation_status = 'generating') as generating,
           count(*) filter (where explanation_status = 'completed') as completed,
           count(*) filter (where explanation_status = 'failed') as failed
    from question
    where set_id = s.id
) as stands
cross join lateral (
    select count(*) as jobs
    from batch_instance as instance
    join batch_definition as definition on definition.id = instance.definition_id
    where definition.name = s.definition
      and coalesce(instance.params #>> '{where,set_id}', s.id) = s.id
      and instance.status in ('pending', 'running')
      and instance.rehearsal is null
) as at_work
order by s.created_at desc, s.id
limit 1000
