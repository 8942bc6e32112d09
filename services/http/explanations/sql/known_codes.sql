-- The codes that a question may name. Locks nothing.
select array(select code from subject order by code), array(select code from question_type order by code)
