-- What an instance may spend from now on. Locks the instance.
update batch_instance
set budget_usd = :usd
where id = :id
