-- requeue_letters.sql
-- Mark dead letters for another try; those that are not dead any more are left alone. Locks their rows.
with chosen as (
    select id
    from dead_letter
    where id = any(:ids)
      and state = 'dead'
    order by id
    for update
)
update dead_letter
set state = 'requeued',
    updated_at = clock_now()
from chosen
where dead_letter.id = chosen.id
returning dead_letter.id
