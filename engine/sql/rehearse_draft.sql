-- rehearse_draft.sql
-- Make an instance that rehearses an edit which is not saved; the database checks it as a save. Locks its new rows alone.
select rehearse_draft(:draft, :params, :rehearsal)
