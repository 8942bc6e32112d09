-- load_fire_schedules.sql
-- The database's time, and every cron that may fire, each with its time zone once. Locks nothing.
select clock_now(), array(
    select distinct array[definition.cron, definition.timezone]
    from batch_cron as cron
    join batch_definition as definition on definition.id = cron.definition_id
    where cron.enabled
      and cron.problem is null
)
