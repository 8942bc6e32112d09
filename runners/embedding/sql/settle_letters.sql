-- settle_letters.sql
-- What became of letters: resolved, or dead again with the reason. The caller holds them.
update dead_letter
set state = case when settled.reason is null then 'resolved' else 'dead' end,
    reason = coalesce(settled.reason, dead_letter.reason),
    updated_at = clock_now()
from unnest(cast(:ids as bigint[]), cast(:reasons as text[])) as settled(id, reason)
where dead_letter.id = settled.id
  and dead_letter.state = 'requeued'
