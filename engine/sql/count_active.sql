-- count_active.sql
-- How many instances of these definitions are running, rehearsals aside. Counted from live rows, so no slot can leak.
select definition_id, count(*)
from batch_instance
where definition_id = any(:ids)
  and status = 'running'
  and rehearsal is null
group by definition_id
