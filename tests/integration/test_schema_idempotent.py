"""schema.sql can be applied to a database that has it already, and to any schema of any database."""

from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from engine.schema import schema_sql

Connection = psycopg.Connection[tuple[Any, ...]]

CATALOGUE = {
    "relations": "select relname, relkind, relacl::text, reloptions::text from pg_class where relnamespace = {here}",
    "columns": "select attrelid::regclass::text, attname, atttypid::regtype::text, attnotnull, attnum from pg_attribute"
    " join pg_class on pg_class.oid = attrelid where relnamespace = {here} and attnum > 0",
    "defaults": "select adrelid::regclass::text, adnum, pg_get_expr(adbin, adrelid) from pg_attrdef",
    "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
    " where connamespace = {here}",
    "triggers": "select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "functions": "select oid::regprocedure::text, pg_get_functiondef(oid), proacl::text from pg_proc"
    " where pronamespace = {here} and prokind = 'f'",
    "views": "select oid::regclass::text, pg_get_viewdef(oid) from pg_class"
    " where relkind = 'v' and relnamespace = {here}",
    "comments": "select objoid, objsubid, description from pg_description where objoid >= 16384",
    "settings": "select setrole::regrole::text, setconfig::text from pg_db_role_setting",
}


def catalogue(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    here = "'public'::regnamespace"
    return {
        name: sorted(connection.execute(query.format(here=here)).fetchall(), key=repr)
        for name, query in CATALOGUE.items()
    }


def test_applied_again_it_changes_nothing(connection: Connection) -> None:
    connection.execute(schema_sql())
    once = catalogue(connection)
    connection.execute(schema_sql())
    again = catalogue(connection)
    assert {name: len(found) for name, found in once.items() if not found} == {}
    for name, found in once.items():
        assert again[name] == found


def test_applied_again_it_keeps_rows_and_versions(connection: Connection) -> None:
    connection.execute("insert into batch_runner (name, version, params_schema) values ('noop', '1', '{}')")
    connection.execute("insert into batch_definition (name, steps) values ('d', '[{\"key\": \"noop\"}]')")
    connection.execute("select start_instance('d')")
    connection.execute(schema_sql())
    found = connection.execute("select definition, version, status from batch_instance_overview").fetchall()
    assert found == [("d", 1, "pending")]
    assert connection.execute("select count(*) from batch_definition_version").fetchone() == (1,)


def test_it_works_in_a_schema_of_its_own_whatever_the_client_searches(connection: Connection) -> None:
    connection.execute("create schema apart")
    connection.execute("set search_path = apart")
    connection.execute(schema_sql())
    connection.execute("reset search_path")
    connection.execute("insert into apart.batch_runner (name, version, params_schema) values ('noop', '1', '{}')")
    steps = Jsonb([{"key": "noop", "condition": "params.x|default(1) > 0"}])
    connection.execute("insert into apart.batch_definition (name, steps) values ('d', %s)", (steps,))
    instance = connection.execute("select apart.start_instance('d')").fetchone()
    assert instance == (1,)
    assert connection.execute("select status from apart.batch_instance_overview").fetchall() == [("pending",)]
    said = connection.execute("select apart.explain_step(1, 'noop')").fetchone()
    assert said is not None
    assert said[0].startswith("Instance 1 is pending")
    assert connection.execute("select count(*) from public.batch_instance").fetchone() == (0,)


def test_the_clock_is_still_inlined(connection: Connection) -> None:
    plan = connection.execute("explain (verbose) select clock_now() from batch_instance").fetchall()
    assert "clock_now" not in repr(plan)


def test_checks_of_an_earlier_version_that_triggers_have_replaced_are_dropped(connection: Connection) -> None:
    fresh = catalogue(connection)["constraints"]
    connection.execute(
        "alter table batch_step add constraint leased_iff_running check ((state = 'running') = (leased_by is not null))"
    )
    connection.execute(
        "alter table batch_step_result add foreign key (batch_instance_id) references batch_instance on delete cascade"
    )
    connection.execute(schema_sql())
    assert catalogue(connection)["constraints"] == fresh


def test_the_results_of_an_instance_go_with_it(connection: Connection) -> None:
    connection.execute("insert into batch_runner (name, version, params_schema) values ('noop', '1', '{}')")
    connection.execute("insert into batch_definition (name, steps) values ('d', '[{\"key\": \"noop\"}]')")
    kept, deleted = (connection.execute("select start_instance('d')").fetchone() for _ in range(2))
    for instance in (kept, deleted):
        connection.execute(
            "insert into batch_step_result (batch_instance_id, step_key, attempt, worker, started_at, finished_at)"
            " values (%s, 'noop', 1, 'w', now(), now())",
            instance,
        )
    connection.execute("delete from batch_instance where id = %s", deleted)
    assert connection.execute("select batch_instance_id from batch_step_result").fetchall() == [kept]
