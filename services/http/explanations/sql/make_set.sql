-- Make a set on its first upload. Locks the new row.
insert into question_set (id)
values (:set_id)
on conflict (id) do nothing
