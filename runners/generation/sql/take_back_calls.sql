-- Live: these were certainly not accepted, or their answer is lost for good; they can be sent again.
update provider_batch_item
set sending_at = null,
    broken_at = null,
    lost = lost + :lost
where provider_batch_id = :job_id
  and state = 'open'
  and ordinal = any(cast(:ordinals as int[]))
