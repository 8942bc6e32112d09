-- Start an instance. Locks the new row.
select start_instance(:name, :params, null, 'http')
