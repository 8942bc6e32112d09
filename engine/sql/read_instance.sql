-- read_instance.sql
-- One instance: how far it is, what it was started with, and what it may spend by itself and in all. Locks nothing.
select overview.*, instance.params, instance.scheduled_at, instance.idempotency_key, instance.priority,
    instance.budget_usd, may_spend(instance) as may_spend_usd
from batch_instance as instance
join batch_instance_overview as overview on overview.id = instance.id
where instance.id = :id
