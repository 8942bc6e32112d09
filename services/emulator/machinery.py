"""What all APIs of one emulator share: time, settings, faults, books, the model, files on disk, jobs."""

from pathlib import Path

from services.emulator.answering import Model, OrderedAnswers
from services.emulator.books import Books
from services.emulator.clock import Clock
from services.emulator.desk import Desk
from services.emulator.faults import Faults
from services.emulator.lane import LiveLane
from services.emulator.settings import EmulatorSettings
from services.emulator.spool import Spool


class Machinery:
    """Built once for a server; ``folder`` is its own, and emptied by ``clear``."""

    def __init__(self, settings: EmulatorSettings, *, folder: Path) -> None:
        self._first_settings = settings
        self._settings = settings
        self.clock = Clock()
        self.faults = Faults()
        self.ordered = OrderedAnswers()
        self.books = Books()
        self.model = Model(faults=self.faults, ordered=self.ordered, books=self.books)
        self.spool = Spool(folder)
        self.lane = LiveLane(self.settings)
        self.desk = Desk(clock=self.clock, faults=self.faults, spool=self.spool, settings=self.settings)

    def settings(self) -> EmulatorSettings:
        return self._settings

    def set(self, settings: EmulatorSettings) -> None:
        self._settings = settings

    async def clear(self) -> None:
        """Forget everything that happened and was ordered, and go back to the settings of the start."""
        await self.desk.clear()
        self.clock.reset()
        self.faults.clear()
        self.ordered.clear()
        self.books.clear()
        self.spool.clear()
        self.lane.clear()
        self._settings = self._first_settings
