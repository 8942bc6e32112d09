-- The next items without an accepted answer that no open request of this build is for, and how often they were asked
-- for in vain: such requests were not billed. One that nobody sent, because the step had ended, does not count.
select item.seq, item.payload, item.attempts, item.error,
       (select count(*)
        from provider_batch_item as ask
        join provider_batch as job on job.id = ask.provider_batch_id and job.build = :build
        where ask.step_id = item.step_id and ask.seq = item.seq
          and ask.state in ('failed', 'dead') and ask.input_tokens is null
          and ask.reason is distinct from 'ended')
from batch_item as item
where item.step_id = :step_id
  and item.seq > :after
  and item.state = 'pending'
  and not exists (
      select from provider_batch_item as ask
      join provider_batch as job on job.id = ask.provider_batch_id and job.build = :build
      where ask.step_id = item.step_id and ask.seq = item.seq and ask.state = 'open')
order by item.seq
limit :size
