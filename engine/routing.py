"""Says which service of a process is woken by which news from the database."""

from engine.background import InstanceStarter
from engine.dispatch.base import Dispatcher
from engine.invalidations import Invalidator
from engine.limits import LimitWatcher
from engine.notifier import Heard


def route(starter: InstanceStarter, dispatcher: Dispatcher, invalidator: Invalidator, limits: LimitWatcher) -> Heard:
    """Return what to do about each kind of news; an empty one says that some may have been lost: look at everything."""

    def heard(kind: str, _about: str) -> None:
        match kind:
            case "instance" | "retry":
                starter.wake()
                dispatcher.wake()
            case "cancel":
                dispatcher.look_at_leases()
            case "finished":
                starter.wake()
            case "generation":
                invalidator.wake()
            case "limit":
                limits.edited()
            case "":
                limits.edited()
                starter.wake()
                dispatcher.wake()
                dispatcher.look_at_leases()
                invalidator.wake()

    return heard
