-- changed_prompts.sql
-- The steps of a version, or these :steps of a draft, that name a prompt which has another version by now than the
-- instance keeps. Locks nothing.
select distinct edited.steps -> place.step ->> 'key' as step_key, reference.key
from batch_instance as instance
left join batch_definition_version as version
  on version.definition_id = instance.definition_id and version.version = :version
cross join lateral (
    select coalesce(cast(:steps as jsonb), version.content -> 'steps') as steps) as edited
cross join lateral prompt_references(edited.steps) as reference
cross join lateral (
    select cast(substring(reference.path from '^steps\[([0-9]+)\]') as int) as step) as place
left join batch_instance_prompt as pin on pin.batch_instance_id = instance.id and pin.prompt_key = reference.key
where instance.id = :instance
  and coalesce(pin.version, prompt_version_at(reference.key, instance.created_at))
      <> prompt_version_at(reference.key, 'infinity')
