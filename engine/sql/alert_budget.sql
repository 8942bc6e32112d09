-- alert_budget.sql
-- Tell who wants to know that these steps have stopped at their budget. Locks nothing that others want.
select alert_budget(step)
from batch_step as step
where step.id = any(:ids)
