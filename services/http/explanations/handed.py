"""What the routes of explanations are handed besides what every route is."""

from typing import Annotated

from fastapi import Depends

from services.http.explanations.store import Sets
from services.http.site import TheSite


def _sets(site: TheSite) -> Sets:
    return Sets(site.engine.database)


def _sets_to_look_at(site: TheSite) -> Sets:
    return Sets(site.reads)


TheSets = Annotated[Sets, Depends(_sets)]
SetsToLookAt = Annotated[Sets, Depends(_sets_to_look_at)]
