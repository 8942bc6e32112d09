"""The index for similarity search: what pgvector can index, and how an index is built quickly.

PostgreSQL plans no parallel workers for vectors kept out of the row (in TOAST), unless the table says how many.
"""

from dataclasses import dataclass

from psycopg import errors, sql

from runners.base import Connection, InvalidStep
from runners.embedding.params import IndexParams
from runners.embedding.tables import Collection, Shape
from runners.loading.target import TableName
from runners.sql_files import read_sql

_MOST_DIMENSIONS = {"vector": 2_000, "halfvec": 4_000}
_BYTES = {"vector": 4, "halfvec": 2}
_OPERATORS = {"cosine": "cosine_ops", "l2": "l2_ops", "inner_product": "ip_ops"}
_OVERHEAD = 1.3
_LEAST_MEMORY = 64


def check_index(shape: Shape, index: IndexParams) -> None:
    """Refuse an index that cannot be built, before anything is loaded.

    Raises:
        InvalidStep: the vectors have too many dimensions.
    """
    most = _MOST_DIMENSIONS[shape.type]
    if index.method == "none" or shape.dimensions <= most:
        return
    ways = ['set index: {"method": "none"} and search exactly', "have the model make shorter vectors"]
    if shape.type == "vector" and shape.dimensions <= _MOST_DIMENSIONS["halfvec"]:
        ways.insert(0, "set type: halfvec, which can be indexed up to 4,000")
    raise InvalidStep(
        f"index: HNSW takes at most {most:,} dimensions of the type {shape.type}, these have {shape.dimensions:,}; "
        + ", or ".join(ways)
    )


@dataclass(frozen=True, slots=True)
class IndexPlan:
    """One index to be built."""

    name: str
    table: TableName
    operators: sql.Identifier
    index: IndexParams
    memory_mb: int

    def create(self) -> sql.Composed:
        return sql.SQL(
            "create index {name} on {table} using hnsw (embedding {operators}) with (m = {m}, ef_construction = {ef})"
        ).format(
            name=sql.Identifier(self.name),
            table=self.table.identifier,
            operators=self.operators,
            m=sql.Literal(self.index.m),
            ef=sql.Literal(self.index.ef_construction),
        )


def index_name(table: TableName) -> str:
    return f"{table.name}_hnsw"


def plan_index(collection: Collection, index: IndexParams, *, on: TableName, rows: int) -> IndexPlan:
    """Plan the index of so many rows: with as much memory as its graph needs, or as the definition allows."""
    shape = collection.shape
    row_bytes = shape.dimensions * _BYTES[shape.type] + index.m * 2 * 12 + 100
    needed = int(rows * row_bytes * _OVERHEAD / 2**20) + 1
    operators = sql.Identifier(collection.extension.schema, f"{shape.type}_{_OPERATORS[index.distance]}")
    memory = max(_LEAST_MEMORY, min(needed, index.memory_mb))
    return IndexPlan(index_name(on), on, operators, index, memory)


async def has_index(connection: Connection, table: TableName) -> bool:
    """Say whether the table has an index for similarity search, whoever made it."""
    binds = {"schema": table.schema, "name": table.name}
    row = await (await connection.execute(read_sql("runners.embedding", "has_index"), binds)).fetchone()
    return bool(row and row[0])


async def build_index(connection: Connection, plan: IndexPlan) -> None:
    """Build the index in the caller's transaction; readers go on, writers of the table wait."""
    await connection.execute(
        "select set_config('maintenance_work_mem', %s, true), set_config('max_parallel_maintenance_workers', %s, true)",
        (f"{plan.memory_mb}MB", str(plan.index.workers)),
    )
    try:
        async with connection.transaction():
            await _build(connection, plan, workers=plan.index.workers)
    except (errors.DiskFull, errors.OutOfMemory, errors.InsufficientResources):
        # Parallel workers share memory in /dev/shm, of which containers have little; one process alone needs none.
        await connection.execute("set local max_parallel_maintenance_workers = 0")
        await _build(connection, plan, workers=0)


async def _build(connection: Connection, plan: IndexPlan, *, workers: int) -> None:
    table = plan.table.identifier
    await connection.execute(sql.SQL("alter table {} set (parallel_workers = {})").format(table, sql.Literal(workers)))
    await connection.execute(plan.create())
    await connection.execute(sql.SQL("alter table {} reset (parallel_workers)").format(table))
