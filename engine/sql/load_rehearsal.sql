-- load_rehearsal.sql
-- A rehearsal as it stands, and what a run may spend by the definition that stands, or by the draft. Locks nothing.
select definition.name, instance.version, instance.status, instance.error, instance.rehearsal,
    case when draft.content is null then coalesce(instance.budget_usd, definition.budget_usd)
        else cast(draft.content ->> 'budget_usd' as numeric) end
from batch_instance as instance
join batch_definition as definition on definition.id = instance.definition_id
left join batch_draft as draft on draft.batch_instance_id = instance.id
where instance.id = :id
  and instance.rehearsal is not null
