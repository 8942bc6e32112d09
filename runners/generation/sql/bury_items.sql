-- Items that are given up, with the reason, so that they can be looked at together and requeued.
insert into dead_letter (batch_instance_id, step_key, source, payload, reason)
select :instance_id, :step_key, :source, item.payload, lost.reason
from unnest(cast(:seqs as bigint[]), cast(:reasons as text[])) as lost (seq, reason)
join batch_item as item on item.step_id = :step_id and item.seq = lost.seq
