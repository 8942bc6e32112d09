-- close_fire_gaps.sql
-- Delete gaps that are wholly written down. Their rows are locked by the claim.
delete from batch_cron_gap
where id = any(:ids)
