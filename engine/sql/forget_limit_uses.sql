-- forget_limit_uses.sql
-- Delete what no limit per minute counts any more. Locks the rows deleted; skips those others are deleting.
delete from batch_limit_use
where ctid = any(array(
    select ctid
    from batch_limit_use
    where used_at < clock_now() - interval '2 minutes'
    for update skip locked))
