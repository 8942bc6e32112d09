-- count_active.sql
-- How many instances of these definitions are running. Counted from live rows, so that no slot can leak.
select definition_id, count(*)
from batch_instance
where definition_id = any(:ids)
  and status = 'running'
group by definition_id
