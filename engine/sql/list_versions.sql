-- list_versions.sql
-- The versions of one definition, newest first: who made each, from which client, and when. Locks nothing.
select version.version, version.content_hash, version.edited_by, version.client, version.edited_at
from batch_definition_version as version
join batch_definition as definition on definition.id = version.definition_id
where definition.name = :name
order by version.version desc
