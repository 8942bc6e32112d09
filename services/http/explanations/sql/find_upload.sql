-- The upload to a set that had this Idempotency-Key. Locks nothing.
select digest, answer
from question_upload
where set_id = :set_id
  and idempotency_key = :key
