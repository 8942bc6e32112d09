-- Jobs that were planned for requests which turned out to be asked elsewhere.
delete from provider_batch
where step_id = :step_id
  and state = 'planned'
  and items = 0
