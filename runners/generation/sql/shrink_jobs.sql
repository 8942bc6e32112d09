-- A job of so many requests was too much at once for its provider: from now on the step's jobs are half as large.
update generation
set job_limit = greatest(cast(:items as int) / 2, 1)
where step_id = :step_id
