-- Live: the next requests are about to be sent, as many as the provider's limit has room for. Committed before the calls,
-- so that a crash leaves them in doubt. Locks the requests, then the limit.
with next as materialized (
    select ordinal
    from provider_batch_item
    where provider_batch_id = :job_id and state = 'open' and sending_at is null
    order by ordinal
    limit :size
    for no key update
), room as materialized (
    select take_room('provider_calls', (select provider from provider_batch where id = :job_id),
                     cast((select count(*) from next) as int)) as calls
)
update provider_batch_item as ask
set sending_at = clock_now(),
    broken_at = null
where provider_batch_id = :job_id
  and ordinal in (select ordinal from next order by ordinal limit (select calls from room))
returning ordinal, prompt, request_hash
