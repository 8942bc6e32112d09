-- pin_prompt.sql
-- The version of a prompt that an instance keeps, chosen at first use. Locks its new row alone: of two steps that come at
-- once, the second waits and keeps what the first has chosen.
with pin as (
    select version
    from batch_instance_prompt
    where batch_instance_id = :instance_id
      and prompt_key = :key
), made as (
    insert into batch_instance_prompt (batch_instance_id, prompt_key, version)
    select id, :key, chosen
    from batch_instance
    cross join lateral prompt_version_at(:key, created_at) as chosen
    where id = :instance_id
      and chosen is not null
      and not exists (select from pin)
    on conflict (batch_instance_id, prompt_key) do update set version = batch_instance_prompt.version
    returning version
)
select version, system, body, response_schema
from prompt_template_version
where key = :key
  and version in (select version from pin union all select version from made)
