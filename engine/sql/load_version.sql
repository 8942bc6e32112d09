-- load_version.sql
-- One version of one definition, as it was written. Locks nothing.
select content
from batch_definition_version
where definition_id = :definition
  and version = :version
