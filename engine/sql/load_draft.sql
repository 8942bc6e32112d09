-- load_draft.sql
-- The definition that a rehearsal runs in place of its version. Locks nothing.
select content
from batch_draft
where batch_instance_id = :instance
