"""The history of definitions: who edited what, when, and how each version reads. Reads only."""

from engine.catalog import Catalog, UnknownDefinition
from engine.database import Database
from engine.rows import Row, file_rows


class UnknownVersion(LookupError):
    """The definition has no such version."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(f"definition {name!r} has no version {version}; batch_definition_version has those there are")
        self.name = name
        self.version = version


class Versions:
    """The versions of the definitions of one database."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog

    async def overview(self) -> list[Row]:
        """Return every definition by name: who edited it last, when it is due, its newest instances and their cost."""
        return await file_rows(self._database, "list_definitions")

    async def of(self, name: str) -> list[Row]:
        """Return the versions of a definition, newest first, without their content.

        Raises:
            UnknownDefinition: there is none.
        """
        rows = await file_rows(self._database, "list_versions", name=name)
        if not rows:
            raise UnknownDefinition(name)
        return rows

    async def content(self, name: str, version: int) -> Row:
        """Return a definition as it was at a version: the columns that people set.

        Raises:
            UnknownDefinition, UnknownVersion: there is none.
        """
        known = await self._catalog.find(name)
        rows = await file_rows(self._database, "load_version", definition=known["id"], version=version)
        if not rows:
            raise UnknownVersion(name, version)
        content: Row = rows[0]["content"]
        return content

    async def run_by(self, instance_id: int) -> Row:
        """Return the definition as an instance runs it, which may be a draft, with its version.

        Raises:
            LookupError: there is no such instance.
        """
        rows = await file_rows(self._database, "load_instance_content", id=instance_id)
        if not rows:
            raise LookupError(f"there is no instance {instance_id}")
        content: Row = rows[0]["content"]
        return content | {"version": rows[0]["version"]}
