"""Why an upload as a whole is refused: then nothing of it is saved."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException

from services.http.explanations.shapes import LineProblem


class UploadRefused(HTTPException):
    """Nothing was saved; ``problems`` say which lines are to blame, ``hint`` what to do."""

    def __init__(self, what: str, *, lines: Sequence[LineProblem] = (), hint: str | None = None) -> None:
        super().__init__(422, detail=what)
        self.hint = hint
        self.problems = [_told(line) for line in lines] or None


def _told(problem: LineProblem) -> dict[str, object]:
    path = f"line {problem.line}" + (f", column {problem.column}" if problem.column else "")
    told = {"path": path, "message": problem.reason}
    return told | problem.model_dump(include={"line", "column", "code", "values"})
