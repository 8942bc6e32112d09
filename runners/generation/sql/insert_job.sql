-- The intent to pay: written before anything is sent.
insert into provider_batch
    (intent, batch_instance_id, step_id, step_key, build, attempt, provider, model, mode, request, terms, is_simulated,
     look_after)
values
    (:intent, :instance_id, :step_id, :step_key, :build, :attempt, :provider, :model, :mode, :request, :terms,
     :is_simulated, clock_now() + :wait)
returning id
