-- list_passes.sql
-- The passes that load embeddings: how far each is by its parts, and how fast since the step that walks it first began.
-- A stream is named embed:TABLE<-SOURCE, and its parts after it: #PART/PARTS. Locks nothing.
with part as (
    select split_part(stream, '#', 1) as pass,
        count(*) filter (where cast(position ->> 'done' as boolean)) as parts_done,
        sum(cast(position ->> 'inserted' as bigint)) as inserted,
        sum(cast(position ->> 'updated' as bigint)) as updated,
        sum(cast(position ->> 'unchanged' as bigint)) as unchanged,
        sum(cast(position ->> 'superseded' as bigint)) as superseded,
        sum(cast(position ->> 'dead' as bigint)) as dead,
        max(updated_at) as updated_at,
        jsonb_agg(jsonb_build_object('part', split_part(stream, '#', 2), 'at', position -> 'at',
            'done', position -> 'done') order by length(stream), stream) as checkpoint
    from stream_checkpoint
    where stream like 'embed:%#%'
    group by 1
), pass as (
    select stream, position, updated_at,
        split_part(substr(stream, 7), '<-', 1) as collection,
        substr(stream, strpos(stream, '<-') + 2) as source,
        cast(position -> 'owner' ->> 'instance_id' as bigint) as instance_id,
        position -> 'owner' ->> 'step_key' as step_key
    from stream_checkpoint
    where stream like 'embed:%'
      and position ? 'owner'
      and stream > :after
    order by stream
    limit :limit
)
select pass.stream, pass.collection, pass.source, pass.instance_id, pass.step_key,
    cast(pass.position ->> 'number' as int) as number, pass.position ->> 'version' as version,
    pass.position ->> 'mode' as mode, pass.position ->> 'stage' as stage,
    cast(pass.position ->> 'rows' as bigint) as rows, cast(pass.position ->> 'parts' as int) as parts,
    coalesce(part.parts_done, 0) as parts_done, cast(coalesce(counted.read, 0) as bigint) as done,
    cast(coalesce(part.inserted, 0) as bigint) as inserted, cast(coalesce(part.updated, 0) as bigint) as updated,
    cast(coalesce(part.unchanged, 0) as bigint) as unchanged, cast(coalesce(part.dead, 0) as bigint) as dead,
    cast(counted.read / nullif(extract(epoch from part.updated_at - walked.since), 0) as float8) as rate,
    coalesce(part.checkpoint, '[]') as checkpoint, greatest(pass.updated_at, part.updated_at) as updated_at
from pass
left join part on part.pass = pass.stream
cross join lateral (
    select part.inserted + part.updated + part.unchanged + part.superseded + part.dead as read
) as counted
left join lateral (
    select least(min(step.started_at), (
        select min(started_at)
        from batch_step_result
        where batch_instance_id = pass.instance_id and step_key = pass.step_key)) as since
    from batch_step as step
    where step.batch_instance_id = pass.instance_id
      and step.step_key = pass.step_key
) as walked on walked.since < part.updated_at
order by pass.stream
