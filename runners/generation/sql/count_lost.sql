-- Answers that may have been paid for and cannot be had: a live call that nobody can look up, the output of a job that is
-- gone. They may be paid twice, so they are counted, and the budget is charged with what one request was reserved for:
-- the answer's own price is lost with it.
update provider_batch
set lost_replies = lost_replies + cast(:lost as int),
    cost_usd = cost_usd + cast(:lost as int) * reserved_usd / greatest(items, 1)
where id = :job_id
