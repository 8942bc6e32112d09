-- One job as it stands.
select id, intent, step_id, step_key, batch_instance_id, build, provider, model, mode, state, request, items, terms,
       is_simulated, staged_sha256, provider_file, provider_job, outputs, looks, submissions, error,
       extract(epoch from clock_now() - submitting_at)::float8 as seconds_since_submitting,
       extract(epoch from clock_now() - ended_at)::float8 as seconds_since_end,
       extract(epoch from look_after - clock_now())::float8 as seconds_to_wait,
       input_tokens > 0 or cost_usd > 0 as is_begun,
       deadline_at <= clock_now() as is_overdue,
       cancelled_at is not null as is_cancelled,
       coalesce(cancelled_at < clock_now() - interval '2 hours', false) as is_past_hope,
       created_at,
       array(select known ->> 'id' from jsonb_array_elements(duplicates) as known) as duplicates
from provider_batch
where id = :job_id
