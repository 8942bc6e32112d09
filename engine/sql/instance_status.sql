-- instance_status.sql
-- Where one instance stands. Locks nothing.
select status, error
from batch_instance
where id = :id
