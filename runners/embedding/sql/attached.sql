-- attached.sql
-- What hangs on a table of vectors and would be dropped with it, or not be there after a swap. Locks nothing.
with old as (
    select c.oid, c.relkind
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = :schema
      and c.relname = :name
)
select 'it is partitioned, or a partition' as what
from old
where relkind = 'p' or exists (select from pg_inherits where inhrelid = old.oid or inhparent = old.oid)
union all
select 'the column ' || quote_ident(attname)
from old
join pg_attribute on attrelid = old.oid and attnum > 0 and not attisdropped
where attname not in ('id', 'embedding', 'model', 'dimensions', 'content_hash', 'updated_at')
union all
select distinct 'the view ' || cast(r.ev_class as regclass)
from old
join pg_depend as d on d.refclassid = 'pg_class'::regclass and d.refobjid = old.oid
join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
where r.ev_class <> old.oid
union all
select 'the foreign key ' || quote_ident(conname) || ' of ' || cast(conrelid as regclass)
from old
join pg_constraint on confrelid = old.oid
union all
select 'the constraint ' || quote_ident(conname)
from old
join pg_constraint on conrelid = old.oid and contype in ('c', 'u', 'x')
union all
select 'the trigger ' || quote_ident(tgname)
from old
join pg_trigger on tgrelid = old.oid and not tgisinternal
union all
select 'the policy ' || quote_ident(polname)
from old
join pg_policy on polrelid = old.oid
union all
select 'the index ' || quote_ident(c.relname)
from old
join pg_index as i on i.indrelid = old.oid and not i.indisprimary
join pg_class as c on c.oid = i.indexrelid
where c.relname <> :index
  and not exists (select from pg_constraint where conindid = i.indexrelid)
union all
select 'its place in the publication ' || quote_ident(p.pubname)
from old
join pg_publication_rel as r on r.prrelid = old.oid
join pg_publication as p on p.oid = r.prpubid
