-- What the instance may spend. Locks it, so that two of its steps do not reserve the same dollar.
select may_spend(instance)
from batch_instance as instance
where instance.id = :instance_id
for no key update
