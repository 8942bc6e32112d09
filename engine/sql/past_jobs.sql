-- past_jobs.sql
-- How long the last real jobs of a provider took, and how many requests they had. Locks nothing.
select count(*), percentile_cont(0.5) within group (order by seconds), sum(seconds) / nullif(sum(items), 0)
from (
    select extract(epoch from finished_at - submitted_at)::float8 as seconds, items
    from provider_batch
    where provider = :provider
      and mode = :mode
      and state = 'ingested'
      and not is_simulated
      and submitted_at is not null
    order by id desc
    limit 50
) as recent
