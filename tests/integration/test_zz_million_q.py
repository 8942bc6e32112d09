import resource, time, pytest
from tests.conftest import *
from tests.questions import install
from tests.serving import served_on
pytestmark = pytest.mark.timeout(280)
async def test_million(idle):
    await install(idle)
    async with served_on(idle, max_body_bytes=200_000_000) as s:
        body = ("question,answer,choices\n" + "".join(f"What is {n} plus {n}?,{2*n},{2*n}|{2*n+1}|{2*n+2}|{2*n+3}\n" if n % 1000 else f"Bad {n},\n" for n in range(1_000_000))).encode()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        t = time.monotonic()
        import httpx2
        async with httpx2.AsyncClient(base_url=s.url, headers=s.headers(list(s.secrets)[1]) , timeout=280) as c:
            a = await s.operator.post("/admin/sets/big/questions/bulk-upload", content=body, headers={"Content-Type": "text/csv"}, timeout=280)
        d = a.json()["data"]
        print(a.status_code, len(body), time.monotonic() - t, {k: d[k] for k in ("received", "saved", "refused", "duplicates")}, len(d["problems"]), d["queueStatus"])
        print("rss growth MB", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
        for p in ("/admin/sets/big/questions/queue-status", "/admin/sets/big/explanation-status", "/admin/sets/big/explanation-status?state=pending&after=8"):
            t = time.monotonic(); r = await s.viewer.get(p); print(p, r.status_code, time.monotonic() - t)
