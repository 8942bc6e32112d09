"""Reads what a client says of the forms that it takes and has: ``Accept-Encoding`` and ``If-None-Match``."""


def is_known(etag: str, known: str) -> bool:
    """Say whether ``If-None-Match`` names this ETag: compared as weak ones (RFC 9110, 13.1.2)."""
    wanted = etag.removeprefix("W/")
    return any(each.strip().removeprefix("W/") in (wanted, "*") for each in known.split(","))


def takes_gzip(accepted: str) -> bool:
    """Say whether ``Accept-Encoding`` allows gzip: by its name, or among all; a weight of 0 forbids it."""
    weights = {}
    for each in accepted.lower().split(","):
        coding, _, parameters = each.partition(";")
        weights[coding.strip()] = parameters.replace(" ", "")
    weight = weights.get("gzip", weights.get("*"))
    return weight is not None and weight.rstrip("0.") != "q="
