-- letters_summary.sql
-- Dead letters that are not resolved, by where they come from and what their reasons have in common, the commonest first.
-- Of the newest :most. Locks nothing.
select source, step_key, fold_error(reason) as reason,
    count(*) filter (where state = 'dead') as dead,
    count(*) filter (where state = 'requeued') as requeued,
    max(id) as example_id,
    max(created_at) as newest_at
from (
    select id, source, step_key, reason, state, created_at
    from dead_letter
    where state <> 'resolved'
      and (cast(:instance as bigint) is null or batch_instance_id = cast(:instance as bigint))
      and (cast(:source as text) is null or source = cast(:source as text))
    order by id desc
    limit :most
) as letter
group by 1, 2, 3
order by 4 desc, 5 desc, 1, 2, 3
limit :limit
