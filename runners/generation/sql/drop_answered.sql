-- Of the requests just written those whose answer came in between: another job had them open when we looked, and closed
-- them before we wrote. From here on ours is the open one, so nobody else can buy the same.
delete from provider_batch_item as ask
using provider_answer as answer
where ask.provider_batch_id = :job_id
  and ask.ordinal = any(cast(:ordinals as int[]))
  and answer.request_hash = ask.request_hash
returning ask.ordinal
