-- grants.sql
-- Statements that grant on the shadow what is granted on the table. Locks nothing.
select format(
    'grant %s on table %I.%I to %s%s',
    acl.privilege_type, cast(:schema as text), cast(:shadow as text),
    case acl.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end,
    case when acl.is_grantable then ' with grant option' else '' end)
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
cross join lateral aclexplode(c.relacl) as acl
where n.nspname = :schema
  and c.relname = :name
  and acl.grantee <> c.relowner
