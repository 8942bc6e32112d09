-- monitoring_calls.sql
-- Of the paid calls: those sent in the window, what they cost and how many failed, and jobs open longer than they should be.
-- A batch job may take until its deadline; live calls are late when none was begun for :patience. Locks nothing.
select coalesce(sum(items) filter (where recent), 0),
       coalesce(sum(cost_usd) filter (where recent), 0),
       coalesce(sum(failed + dead) filter (where recent), 0),
       coalesce(sum(succeeded + failed + dead) filter (where recent), 0),
       count(*) filter (where late)
from (
    select items, cost_usd, succeeded, failed, dead,
           state <> 'abandoned' and created_at >= clock_now() - :window as recent,
           finished_at is null and clock_now() > case
               when mode = 'batch' then coalesce(deadline_at, created_at + :patience)
               else :patience + greatest(created_at, (
                   select max(sending_at) from provider_batch_item where provider_batch_id = provider_batch.id))
           end as late
    from provider_batch
    where finished_at is null
       or created_at >= clock_now() - :window
) as batch
