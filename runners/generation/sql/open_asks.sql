-- Of these requests those that are open, with their items; an item of a newer build is not theirs any more.
select ask.ordinal, ask.seq, ask.try, ask.request_hash, case when :is_current then item.payload end
from provider_batch_item as ask
left join batch_item as item on item.step_id = ask.step_id and item.seq = ask.seq and item.state = 'pending'
where ask.provider_batch_id = :job_id
  and ask.ordinal = any(cast(:ordinals as int[]))
  and ask.state = 'open'
order by ask.ordinal
for no key update of ask
