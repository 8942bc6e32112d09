-- Live calls have trouble with a provider's model: nobody calls it before it may be over. Locks the row.
insert into provider_trouble as known (provider, model, in_a_row, why, resume_at)
values (:provider, :model, :in_a_row, :why, clock_now() + :pause)
on conflict (provider, model) do update
set in_a_row = excluded.in_a_row,
    why = excluded.why,
    resume_at = greatest(known.resume_at, excluded.resume_at)
