"""A built console in miniature: what is served of it does not depend on what is in it."""

import random
from pathlib import Path

PAGE = b'<!doctype html><title>batchdag</title><script type="module" src="/assets/index-A1b2-_Xy.js"></script>'
SCRIPT = b"export const steps = [" + b"'collect', " * 500 + b"]"
ASSETS = {
    "index-A1b2-_Xy.js": SCRIPT,
    "index-00000000.css": b":root { color-scheme: light dark }" * 50,
    "plain.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "icon-abcdefgh.png": random.Random(1).randbytes(500),
}
CONSOLE_PATHS = frozenset({"/", *(f"/assets/{name}" for name in ASSETS)})


def write_console(folder: Path) -> Path:
    """Write it into a folder of its own below this one; return that."""
    built = folder / "dist"
    (built / "assets" / "below").mkdir(parents=True)
    (built / "index.html").write_bytes(PAGE)
    (built / "beside.js").write_bytes(b"not an asset")
    (built / "assets" / "below" / "deep.js").write_bytes(b"not an asset")
    for name, body in ASSETS.items():
        (built / "assets" / name).write_bytes(body)
    return built
