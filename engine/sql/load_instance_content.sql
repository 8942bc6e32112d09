-- load_instance_content.sql
-- The definition as an instance runs it, and its version. Locks nothing.
select instance.version, instance_content(instance) as content
from batch_instance as instance
where instance.id = :id
