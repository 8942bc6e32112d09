-- Begin a build: what an earlier one gave up is asked again, so its dead letters go, but those somebody has taken up.
delete from dead_letter
where batch_instance_id = :instance_id
  and step_key = :step_key
  and source = :source
  and state = 'dead'
