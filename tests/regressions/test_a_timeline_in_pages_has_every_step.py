"""A page of a timeline began at the step before it, which counted as one of its steps and gave no row: the next page was
one row short, and a page that is short is the last."""

from tests.harness import Harness, step
from tests.serving import served_on


async def test_a_timeline_in_pages_has_every_step(working: Harness) -> None:
    await working.run(step("a", "b"), step("b", "c"), step("c", "d"), step("d", "e"), step("e"))
    async with served_on(working) as served:
        [(instance,)] = await served.rows("select id from batch_instance")
        found: list[str] = []
        after = None
        while True:
            query = {"limit": 2} | ({"after": after} if after else {})
            page = (await served.viewer.get(f"/instances/{instance}/timeline", params=query)).json()
            found += [row["step_key"] for row in page["data"]]
            if (after := page["next"]) is None:
                break
    assert found == ["a", "b", "c", "d", "e"]
