-- The step's row: kept while the work is the same, else a new build that has to make its items anew. A new attempt after
-- one that failed for its items gives them another round. Locks the row.
insert into generation as known (step_id, fingerprint, sink)
values (:step_id, :fingerprint, :sink)
on conflict (step_id) do update
set build = known.build + (known.fingerprint <> excluded.fingerprint)::int,
    is_built = known.is_built and known.fingerprint = excluded.fingerprint,
    begun_at = case when known.is_built and known.fingerprint = excluded.fingerprint then known.begun_at
                    else clock_now() end,
    from_cache = case when known.fingerprint = excluded.fingerprint then known.from_cache else 0 end,
    choice = case when known.fingerprint = excluded.fingerprint then known.choice else 0 end,
    rounds = case when known.fingerprint <> excluded.fingerprint then 1
                  else known.rounds + coalesce((known.failed_at < :attempt)::int, 0) end,
    failed_at = case when known.failed_at < :attempt then null else known.failed_at end,
    fingerprint = excluded.fingerprint,
    sink = excluded.sink
returning build, is_built, choice, items, rounds, begun_at
