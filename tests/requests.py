"""Builds real step requests for testing a runner alone: real rows, real fence, no orchestrator."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from definitions.graph import StepGraph
from definitions.models import Definition
from engine.analyst_sql import ReaderSql
from engine.database import Database
from engine.handed import Fence, StepHandle
from engine.inputs import InputResolver
from engine.output import ItemOutput
from runners.base import Json, Outcome, Runner, RunnerSettings, StepRequest, Succeeded
from runners.storable import to_json


class Bench:
    """One instance of a two-step definition ``source → under_test``; the source's items are given."""

    def __init__(self, database: Database, reader_url: str) -> None:
        self.database = database
        self.reader_url = reader_url
        self.instance_id = 0

    async def set_up(self, *, items: Sequence[Json] = (), columns: Mapping[str, str] | None = None) -> None:
        steps = [{"key": "source", "nextSteps": ["under_test"]}, {"key": "under_test"}]
        self.graph = StepGraph(Definition.model_validate({"name": "bench", "steps": steps}))
        async with self.database.transaction() as connection:
            await connection.execute("set local session_replication_role = replica")
            cursor = await connection.execute(
                "insert into batch_definition (name, steps, version) values ('bench', %s, 1) returning id",
                (Jsonb(steps),),
            )
            definition_id = (await cursor.fetchone() or (0,))[0]
            await connection.execute(
                "insert into batch_definition_version (definition_id, version, content_hash, content)"
                " values (%s, 1, 'x', '{}')",
                (definition_id,),
            )
            cursor = await connection.execute(
                "insert into batch_instance (definition_id, version, status, open_steps, started_at)"
                " values (%s, 1, 'running', 2, now()) returning id",
                (definition_id,),
            )
            self.instance_id = (await cursor.fetchone() or (0,))[0]
            await self._source(connection, items, columns or {})

    async def _source(self, connection: Any, items: Sequence[Json], columns: Mapping[str, str]) -> None:
        cursor = await connection.execute(
            "insert into batch_step (batch_instance_id, step_key, state, attempt, finished_at)"
            " values (%s, 'source', 'succeeded', 1, now()) returning id",
            (self.instance_id,),
        )
        source_id = (await cursor.fetchone())[0]
        described = [{"name": name, "type": kind} for name, kind in columns.items()]
        await connection.execute(
            "insert into batch_step_result (batch_instance_id, step_key, attempt, result_payload, worker, started_at,"
            " finished_at) values (%s, 'source', 1, %s, 'w', now(), now())",
            (self.instance_id, Jsonb({"items": len(items), "failed": 0, "columns": described})),
        )
        for seq, payload in enumerate(items):
            await connection.execute(
                "insert into batch_item (step_id, seq, payload) values (%s, %s, %s::jsonb)",
                (source_id, seq, to_json(payload)),
            )

    async def request(self, runner: Runner, *, settings: RunnerSettings | None = None, **params: Any) -> StepRequest:
        """Return a request for a fresh running attempt of ``under_test``; call again for the next attempt."""
        async with self.database.transaction() as connection:
            cursor = await connection.execute(
                "insert into batch_step (batch_instance_id, step_key, state, attempt, leased_by, lease_expires_at)"
                " values (%s, 'under_test', 'running', 1, 'w', now() + interval '1 h')"
                " on conflict (batch_instance_id, step_key, shard) do update set attempt = batch_step.attempt + 1"
                " returning id, attempt",
                (self.instance_id,),
            )
            step_id, attempt = await cursor.fetchone() or (0, 0)
        fence = Fence(step_id, attempt, 0, "w")
        inputs = InputResolver(
            self.database, self.graph, instance_id=self.instance_id, step_key="under_test", shard=None
        )
        handle = StepHandle(self.database, fence, inputs)
        return StepRequest(
            instance_id=self.instance_id,
            definition="bench",
            step_id=step_id,
            step_key="under_test",
            attempt=attempt,
            params=runner.Params.model_validate(params),
            values={"params": {}, "instance": {"id": self.instance_id}, "steps": {}},
            shard=None,
            sql=ReaderSql(self.reader_url, database=self.database),
            output=ItemOutput(self.database, fence, handle),
            settings=settings or RunnerSettings(),
            handed=handle,
        )

    async def items(self, *, state: str = "succeeded") -> list[dict[str, Any]]:
        """The items that ``under_test`` wrote in this state, in order."""
        async with self.database.transaction() as connection:
            cursor = await connection.execute(
                "select i.payload from batch_item i join batch_step s on s.id = i.step_id where s.step_key = 'under_test'"
                " and s.batch_instance_id = %s and i.state = %s order by i.seq",
                (self.instance_id, state),
            )
            return [row[0] for row in await cursor.fetchall()]


def result_of(outcome: Outcome) -> Mapping[str, Json]:
    assert isinstance(outcome, Succeeded), outcome
    return outcome.result
