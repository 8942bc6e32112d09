-- bury_rows.sql
-- One dead letter for each refused row; a row of this version that has a letter, in whatever state, gets no second one.
insert into dead_letter (batch_instance_id, step_key, source, payload, reason)
select :instance_id, :step_key, :source, refused.payload, refused.reason
from unnest(cast(:payloads as jsonb[]), cast(:reasons as text[])) with ordinality as refused(payload, reason, n)
where not exists (
    select from dead_letter as known
    where known.source = :source
      and known.payload ? 'place'
      and known.payload -> 'place' = refused.payload -> 'place'
      and known.payload -> 'version' = refused.payload -> 'version'
)
order by refused.n
