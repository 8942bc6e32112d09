"""The walk down the graph: what ends releases, skips or fails what follows, wave by wave, inside one transaction.

Decides with the planner, reads rows and results as the decisions need them, and collects the writes. Holds the lock of
every instance it walks, so what it has read stays true. Iterative: a chain of any length costs no stack.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from definitions.errors import ExpressionError
from definitions.expressions import Expression
from definitions.models import OnFailure, Step
from engine.claims import Ended, InstanceRow, StepRow
from engine.contexts import InstanceContext
from engine.planner import (
    Status,
    StepState,
    Verdict,
    final_status,
    is_tolerated,
    seen_by_children,
    survives_stop,
    verdict,
)
from engine.spread import spread
from engine.store import Store, as_step

SPREAD = "spread"
"""The reason of a pending step that waits for its shards."""

_REASONS = {Verdict.SKIP: "parents_skipped", Verdict.UPSTREAM_FAILED: "upstream_failed"}
_STATES = {Verdict.SKIP: StepState.SKIPPED, Verdict.UPSTREAM_FAILED: StepState.UPSTREAM_FAILED}


class Walk:
    """One turn's walk over the instances it holds."""

    def __init__(
        self, store: Store, *, contexts: Mapping[int, InstanceContext], instances: Iterable[InstanceRow]
    ) -> None:
        self._store = store
        self._contexts = contexts
        self.instances = {row.instance_id: row for row in instances}
        self._rows: dict[tuple[int, str], StepRow] = {}
        self._touched: dict[tuple[int, str], StepRow] = {}
        self._complete: set[int] = set()

    def know(self, rows: Iterable[tuple[object, ...]]) -> list[StepRow]:
        """Take in rows of load_steps.sql; rows known already are kept as they are."""
        known = []
        for raw in rows:
            graph = self._contexts[raw[0]].graph  # type: ignore[index]
            row = as_step(raw, total=len(graph.parents(str(raw[1]))))
            known.append(self._rows.setdefault((row.instance_id, row.step_key), row))
        return known

    async def advance(self, ended: Sequence[Ended]) -> None:
        """Walk down from steps and shards that have become terminal, until nothing more follows."""
        frontier = list(ended)
        while frontier:
            frontier = await self._wave(frontier)

    async def begin(self, rows: Iterable[StepRow]) -> None:
        """Decide on pending steps that wait for nobody, at the start or after a reset, and walk on from there."""
        fresh = []
        for row in rows:
            if row.reason != SPREAD:
                fresh.append(row)
            elif row.tally.open == 0:
                self._set(row, StepState.READY, None)
        await self.advance(await self._decide(fresh))

    async def write(self) -> list[int]:
        """Queue the decisions and the instances' counters; return the instances that end."""
        if self._touched:
            await self._store.move(list(self._touched.values()))
        ended = [row for row in self.instances.values() if row.status == Status.RUNNING and row.open_steps == 0]
        for row in ended:
            row.status = final_status(failed_steps=row.failed_steps, cancelled=row.cancel_requested)
        await self._store.update_instances(list(self.instances.values()))
        await self._close(ended)
        return [row.instance_id for row in ended]

    async def _close(self, ended: Sequence[InstanceRow]) -> None:
        succeeded = [row.instance_id for row in ended if row.status == Status.SUCCEEDED]
        if succeeded:
            await self._store.send("record_usage", instances=succeeded)
        for row in ended:
            await self._store.notify(f"finished:{row.instance_id}")

    async def _wave(self, frontier: Sequence[Ended]) -> list[Ended]:
        stopped: list[Ended] = []
        for end in frontier:
            self._account(end)
            if self._stops(end):
                stopped += await self._stop(end)
        shards = Counter((end.instance_id, end.step_key) for end in frontier if end.shard)
        followers = await self._count([*frontier])
        joined = await self._join(shards)
        return stopped + joined + await self._decide(followers)

    def _account(self, end: Ended) -> None:
        instance = self.instances[end.instance_id]
        instance.open_steps -= 1
        if end.state is not StepState.FAILED or end.shard or self._step(end).on_failure is OnFailure.CONTINUE:
            return
        instance.failed_steps += 1
        instance.error = instance.error or f"step {end.step_key!r} failed: {end.error or 'no message'}"[:2000]

    def _step(self, end: Ended | StepRow) -> Step:
        return self._contexts[end.instance_id].graph.steps[end.step_key]

    def _stops(self, end: Ended) -> bool:
        return end.state is StepState.FAILED and not end.shard and self._step(end).on_failure is OnFailure.STOP

    async def _stop(self, end: Ended) -> list[Ended]:
        graph = self._contexts[end.instance_id].graph
        kept = [key for key, step in graph.steps.items() if survives_stop(step.fan_in)]
        why = f"step {end.step_key!r} failed and has onFailure: stop"
        await self._flush()
        cursor = await self._store.send("stop_steps", instance=end.instance_id, kept=kept, why=why)
        cancelled = await cursor.fetchall()
        stopping = await self._store.send("stop_running_steps", instance=end.instance_id, kept=kept)
        if await stopping.fetchall():
            await self._store.notify(f"cancel:{end.instance_id}")
        for key, shard in cancelled:
            if not shard:
                self._rows.pop((end.instance_id, key), None)
        return [Ended(end.instance_id, key, shard, StepState.CANCELLED) for key, shard in cancelled]

    async def _flush(self) -> None:
        if self._touched:
            await self._store.move(list(self._touched.values()))
            self._touched.clear()

    async def _count(self, frontier: Sequence[Ended]) -> list[StepRow]:
        """Tell the children (and, of a shard, its own step) what has ended; return those that are still pending."""
        told = [(end, self._followers(end)) for end in frontier]
        await self._ensure({pair for _, pairs in told for pair in pairs})
        followers: dict[tuple[int, str], StepRow] = {}
        for end, pairs in told:
            state = end.state if end.shard else seen_by_children(end.state, self._step(end).on_failure)
            for pair in pairs:
                row = self._rows.get(pair)
                if row is None or row.state is not StepState.PENDING or (row.reason == SPREAD) != bool(end.shard):
                    continue
                row.tally = row.tally.count(state)
                self._touched[pair] = row
                if not end.shard:
                    followers[pair] = row
        return list(followers.values())

    def _followers(self, end: Ended) -> list[tuple[int, str]]:
        if end.shard:
            return [(end.instance_id, end.step_key)]
        return [(end.instance_id, child) for child in self._contexts[end.instance_id].graph.children(end.step_key)]

    async def _ensure(self, pairs: set[tuple[int, str]]) -> None:
        """Load what is missing; an instance that needs a second helping is loaded whole."""
        missing = {pair for pair in pairs if pair not in self._rows and pair[0] not in self._complete}
        if not missing:
            return
        seen = {instance_id for instance_id, _ in self._rows}
        for instance_id in {pair[0] for pair in missing if pair[0] in seen}:
            cursor = await self._store.send("load_pending_steps", instance=instance_id)
            self.know(await cursor.fetchall())
            self._complete.add(instance_id)
        fresh = [pair for pair in missing if pair[0] not in self._complete]
        if fresh:
            self.know(await (await self._store.load_steps(fresh)).fetchall())

    async def _join(self, shards: Mapping[tuple[int, str], int]) -> list[Ended]:
        """Where shards have ended: join when none is left, give up beyond the tolerance, else let the next ones go."""
        ended: list[Ended] = []
        for pair, count in shards.items():
            row = self._rows.get(pair)
            if row is None or row.state is not StepState.PENDING or row.reason != SPREAD:
                continue
            if row.tally.open == 0:
                self._set(row, StepState.READY, None)
            elif self._gave_up(row):
                ended += await self._cancel_shards(row)
            else:
                await self._store.send("release_shards", instance=row.instance_id, key=row.step_key, count=count)
        return ended

    def _gave_up(self, row: StepRow) -> bool:
        parallel = self._step(row).parallel
        total = row.tally.open + row.tally.succeeded + row.tally.failed
        return parallel is not None and not is_tolerated(row.tally.failed, total, parallel.tolerate)

    async def _cancel_shards(self, row: StepRow) -> list[Ended]:
        cursor = await self._store.send("cancel_shards", instance=row.instance_id, key=row.step_key)
        shards = [shard for (shard,) in await cursor.fetchall()]
        return [Ended(row.instance_id, row.step_key, shard, StepState.CANCELLED) for shard in shards]

    async def _decide(self, rows: Sequence[StepRow]) -> list[Ended]:
        ended: list[Ended] = []
        for row in rows:
            match answer := verdict(self._step(row).fan_in, row.tally):
                case Verdict.WAIT:
                    continue
                case Verdict.RUN:
                    await self._admit(row)
                case _:
                    self._set(row, _STATES[answer], _REASONS[answer])
            if row.state.is_terminal:
                ended.append(Ended(row.instance_id, row.step_key, 0, row.state, row.error))
        return ended

    async def _admit(self, row: StepRow) -> None:
        """The parents allow it: ask the step's own condition, and spread it if it is parallel."""
        step = self._step(row)
        try:
            if step.condition is not None and not await self._evaluate(row, step.condition):
                self._set(row, StepState.SKIPPED, "condition_unmet")
            elif step.parallel is not None:
                await self._spread(row, step)
            else:
                self._set(row, StepState.READY, None)
        except ExpressionError as error:
            row.error = str(error)
            self._set(row, StepState.FAILED, "expression_failed")

    async def _evaluate(self, row: StepRow, text: str) -> object:
        expression = Expression.parse(text)
        context = self._contexts[row.instance_id]
        results = await self._store.results(context.reads_from, expression.references)
        return expression.evaluate(context.values(results))

    async def _spread(self, row: StepRow, step: Step) -> None:
        assert step.parallel is not None
        context = self._contexts[row.instance_id]
        inputs = await spread(self._store, context, step.parallel)
        row.tally = type(row.tally)(total=len(inputs), open=len(inputs), succeeded=0, failed=0)
        if not inputs:
            self._set(row, StepState.READY, None)
            return
        self._set(row, StepState.PENDING, SPREAD)
        self.instances[row.instance_id].open_steps += len(inputs)
        await self._store.insert_shards(
            row,
            inputs=inputs,
            runner=step.runner_name,
            ready=step.parallel.max_concurrency,
            priority=context.graph.definition.priority,
        )

    def _set(self, row: StepRow, state: StepState, reason: str | None) -> None:
        row.state = state
        row.reason = reason
        self._touched[row.instance_id, row.step_key] = row
