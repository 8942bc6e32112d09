-- pass_on.sql
-- Report a success and claim the step that it releases: a chain's turn, in one statement that is a transaction of its own.
-- Answers the attempt that is now ours, or null: nothing was changed. Locks the instance, then the step rows.
select *
from pass_on(
    cast(:id as bigint), cast(:attempt as int), cast(:snoozes as int), cast(:result as jsonb), cast(:instance as bigint),
    :child, cast(:parents as int), :worker, :lease
)
