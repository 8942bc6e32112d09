-- Jobs whose step will not follow them any more, and that no janitor is at. Locks them, skipping those that are locked.
update provider_batch as job
set kept_by = :worker,
    kept_until = clock_now() + interval '10 min'
where job.id in (
    select left_over.id
    from provider_batch as left_over
    where left_over.state not in ('ingested', 'abandoned')
      and left_over.look_after <= clock_now()
      and coalesce(left_over.kept_until <= clock_now(), true)
      and not exists (
          select from batch_step as step
          where step.id = left_over.step_id
            and step.state in ('pending', 'ready', 'running')
            and step.dropped_at is null
            and left_over.build >= coalesce((
                select build from generation where generation.step_id = step.id), left_over.build))
    order by left_over.look_after
    limit :size
    for update skip locked)
returning job.id
