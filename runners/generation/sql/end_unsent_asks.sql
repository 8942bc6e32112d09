-- Live: the step has ended, so what was not sent will not be. A call that is being made keeps its request open: whoever
-- takes the step up again may just have begun it.
update provider_batch_item
set state = 'dead',
    reason = 'ended',
    error = 'the step ended before this was asked'
where provider_batch_id = :job_id
  and state = 'open'
  and sending_at is null
