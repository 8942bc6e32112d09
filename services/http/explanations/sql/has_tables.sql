-- Whether the tables of questions are there. Locks nothing.
select to_regclass('question_set') is not null as is_there
