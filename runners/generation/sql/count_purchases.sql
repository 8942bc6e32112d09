-- What a step has bought, over all its builds and jobs, and how many answers it had already.
select coalesce(sum(items) filter (where state <> 'abandoned'), 0),
       count(*) filter (where state <> 'abandoned'),
       coalesce(sum(cost_usd), 0),
       coalesce(sum(input_tokens), 0),
       coalesce(sum(output_tokens), 0),
       coalesce(sum(lost_replies), 0),
       coalesce(bool_or(is_simulated), false),
       (select from_cache from generation where generation.step_id = :step_id)
from provider_batch
where step_id = :step_id
