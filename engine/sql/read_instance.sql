-- read_instance.sql
-- One instance: how far it is, what it was started with, and what it may spend by itself, its definition or its draft.
-- Locks nothing.
select overview.*, instance.params, instance.scheduled_at, instance.idempotency_key, instance.priority,
    instance.budget_usd,
    coalesce(
        instance.budget_usd,
        case when draft.content is null then definition.budget_usd
            else cast(draft.content ->> 'budget_usd' as numeric) end
    ) as may_spend_usd
from batch_instance as instance
join batch_instance_overview as overview on overview.id = instance.id
join batch_definition as definition on definition.id = instance.definition_id
left join batch_draft as draft on draft.batch_instance_id = instance.id
where instance.id = :id
