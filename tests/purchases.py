"""Jobs that were bought, as the ledger has them once their books are closed."""

from decimal import Decimal

from tests.harness import Harness

_JOB = """
insert into provider_batch (intent, batch_instance_id, step_id, step_key, build, attempt, provider, model, mode, state,
    request, terms, items, succeeded, cost_usd, is_simulated, provider_job, created_at, finished_at)
values (gen_random_uuid()::text, %s, 1, %s, 1, 1, 'openai', 'small', 'batch', 'ingested', '{}', '{}', 10, 10, %s, %s,
    'job', clock_now() - make_interval(days => %s), clock_now())
returning id
"""


async def buy(
    harness: Harness, instance: int, step_key: str, *, usd: str, days_ago: int = 0, is_simulated: bool = False
) -> None:
    """Write down a job of ten requests that a step of an instance has bought."""
    await harness.rows(_JOB, instance, step_key, Decimal(usd), is_simulated, days_ago)
