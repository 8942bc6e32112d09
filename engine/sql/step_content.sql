-- step_content.sql
-- A step as the instance's version has it, and how its parents stand. Locks nothing.
select step_content(instance, cast(:key as text)) as definition,
    coalesce((
        select jsonb_agg(jsonb_build_object('key', parent.step_key, 'state', parent.state) order by parent.step_key)
        from parents_of(instance, cast(:key as text)) as parent
        where parent.dropped_at is null
    ), '[]') as parents
from batch_instance as instance
where instance.id = :instance
