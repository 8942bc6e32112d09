-- take_letters.sql
-- Letters that were sent on for another try. Locks them; those that another walker has locked are its own.
select id, payload
from dead_letter
where source = :source
  and payload ? 'place'
  and state = 'requeued'
order by id
limit :most
for update skip locked
