-- forget_parts.sql
-- Delete the checkpoints of the parts of an earlier pass. The caller holds the pass.
delete from stream_checkpoint
where starts_with(stream, :stream || '#')
