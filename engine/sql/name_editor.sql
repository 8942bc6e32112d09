-- Say for whom this transaction edits: the history keeps it if the session is the tables' owner's. Locks nothing.
select set_config('batchdag.editor', :editor, true)
