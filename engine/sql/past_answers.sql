-- past_answers.sql
-- How long the last real answers of a model were: those of steps of this name first, for they say more. Locks nothing.
select count(*), avg(output_tokens), count(*) filter (where is_alike), avg(output_tokens) filter (where is_alike)
from (
    select answer.output_tokens, coalesce(job.step_key = :step_key, false) as is_alike
    from provider_answer as answer
    left join provider_batch as job on job.id = answer.provider_batch_id
    where answer.provider = :provider
      and answer.model = :model
      and not answer.is_simulated
    order by answer.answered_at desc
    limit 1000
) as recent
