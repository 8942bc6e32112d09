-- What explains a set: the definition, what it is started with, and whether it can choose states. Locks nothing.
-- What the set asks for comes over the most that its definition takes; a definition that can choose rows gets the set's.
select s.definition,
       jsonb_strip_nulls(jsonb_build_object('limit', known #> '{limit,maximum}'))
           || s.params
           || case when known ? 'where' then jsonb_build_object(
                  'where', coalesce(s.params -> 'where', '{}') || jsonb_build_object('set_id', s.id)) else '{}' end
           as params,
       coalesce(known ? 'states', false) as chooses_states
from question_set as s
left join batch_definition as d on d.name = s.definition
cross join lateral (select d.params_schema -> 'properties' as known) as properties
where s.id = :set_id
