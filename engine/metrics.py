"""The numbers that operators watch, computed from live rows by one query. Plain data: who renders them is elsewhere.

Nothing is counted up in memory, so any process answers for all of them, and a restart forgets nothing. Counts of what
has ended are those of the last hour or day, for ended rows are pruned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from engine.database import Database, sql

HELP = {
    "steps": "Live steps and shards, by state; pending ones of running instances.",
    "queue_steps": "Steps that are due and wait for a worker.",
    "queue_oldest_seconds": "How long the first of them has been due.",
    "leases_expired": "Running steps whose worker has not renewed in time and that nobody has taken back yet.",
    "workers_with_steps": "Workers that hold at least one running step.",
    "instances": "Instances that have not ended, by status.",
    "instance_oldest_seconds": "Age of the oldest of them.",
    "instances_ended_last_hour": "Instances that ended within the last hour, by status.",
    "steps_failed_last_hour": "Steps and shards that failed for good within the last hour, by reason.",
    "alerts": "Alerts that are still to be sent.",
    "alerts_settled_last_hour": "Alerts sent or given up within the last hour.",
    "provider_jobs": "Jobs at providers whose books are open, by provider and state.",
    "provider_job_oldest_seconds": "Age of the oldest of them.",
    "provider_jobs_overdue": "Open jobs at providers past their deadline.",
    "spend_usd_last_day": "US dollars, of the jobs that are open or were closed within the last 24 hours.",
    "lost_replies_last_day": "Live calls of those jobs whose answer was lost: they may have been paid twice.",
    "duplicate_jobs_last_day": "Jobs that a provider had under the key of one of those, besides it.",
    "event_loop_lag_seconds": "The longest that this process's event loop was blocked, of the last minute.",
}
"""What each metric says, by name. All are gauges."""

_PARTS = ("measure_steps", "measure_instances", "measure_providers")


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge: its name without a prefix, what it says, and its values; none, where there is nothing to count."""

    name: str
    help: str
    samples: Sequence[Sample]


async def measure(database: Database, *, event_loop_lag: float | None = None) -> list[Metric]:
    """Return every metric, in the order of ``HELP``; the lag of this process's loop if it is given, in seconds."""
    found: dict[str, list[Sample]] = {name: [] for name in HELP}
    async with database.transaction() as connection:
        for name, labels, value in await (await connection.execute(metrics_query())).fetchall():
            found[name].append(Sample(labels, float(value)))
    if event_loop_lag is not None:
        found["event_loop_lag_seconds"].append(Sample({}, event_loop_lag))
    return [Metric(name, HELP[name], tuple(samples)) for name, samples in found.items()]


@cache
def metrics_query() -> str:
    """Return one statement: the parts see one state of the database, and cost one round trip."""
    return "\nunion all\n".join(f"({sql(part)})" for part in _PARTS)
