-- forget_letters.sql
-- Delete the dead letters of an earlier pass, but for those that somebody has taken up: what is still bad is found again.
delete from dead_letter
where source = :source
  and payload ? 'place'
  and state = 'dead'
