"""What was asked for, whatever API it came through, and when two requests are the same purchase."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT_OUTPUT_TOKENS = 4096

_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One request for one answer."""

    route: str
    model: str
    prompt: str
    system: str | None
    response_schema: Mapping[str, Any] | None
    max_output_tokens: int
    digest: str


def digest_of(body: Mapping[str, Any], *, model: str, without: frozenset[str]) -> str:
    """Hash a request's body but for the fields that only label it."""
    paid = {name: value for name, value in body.items() if name not in without}
    text = _canonical([model, paid])
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def text_purchase(text: str, *, model: str, route: str, form: Any) -> Purchase:
    """Return the purchase of one text's vector; ``form`` is what else makes it another one."""
    return Purchase(
        route=route,
        model=model,
        prompt=text,
        system=None,
        response_schema=None,
        max_output_tokens=0,
        digest=digest_of({"text": text, "form": form}, model=model, without=frozenset()),
    )
