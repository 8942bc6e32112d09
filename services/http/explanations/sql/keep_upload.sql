-- Keep an upload's answer under its Idempotency-Key. Locks the new row.
insert into question_upload (set_id, idempotency_key, digest, answer)
values (:set_id, :key, :digest, :answer)
