-- One upload to a set at a time: two that insert the same questions in two orders would wait for each other.
-- Locks the set until the transaction ends.
select id
from question_set
where id = :set_id
for no key update
