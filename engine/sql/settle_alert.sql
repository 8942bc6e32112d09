-- settle_alert.sql
-- Write what became of a try; who was so slow that another has tried since changes nothing. Locks the row.
update alert_delivery
set state = :state,
    answer = :answer,
    next_try_at = clock_now() + :delay,
    settled_at = case when :state = 'waiting' then null else clock_now() end
where id = :id
  and tries = :tries
  and state = 'waiting'
