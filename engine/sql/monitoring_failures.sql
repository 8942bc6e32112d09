-- monitoring_failures.sql
-- Of the instances that ended lately: how many, and how many failed. Rehearsals and cancelled ones do not count. Locks nothing.
select count(*) filter (where status in ('succeeded', 'failed')), count(*) filter (where status = 'failed')
from batch_instance
where finished_at >= clock_now() - :window
  and rehearsal is null
