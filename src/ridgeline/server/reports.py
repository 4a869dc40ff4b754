"""Reports: pages of Markdown with live views inside."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from ridgeline.query import reports
from ridgeline.server.answers import AnswersOf
from ridgeline.server.problems import CHANGE_PROBLEMS, PROBLEMS
from ridgeline.server.views import KeptId

router = APIRouter(prefix="/api", tags=["reports"])


class NewReport(BaseModel):
    """A page of Markdown."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: Annotated[str, Field(min_length=1, max_length=reports.MAX_TITLE_CHARS)]
    text: Annotated[str, Field(max_length=reports.MAX_TEXT_CHARS)]


class ReportEdit(BaseModel):
    """What to change of a report; what is left out stays.

    With `text_before` the text is changed only where it still reads so, or already as wanted: nobody's words are written over unseen.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    title: Annotated[str, Field(min_length=1, max_length=reports.MAX_TITLE_CHARS)] | None = None
    text: Annotated[str, Field(max_length=reports.MAX_TEXT_CHARS)] | None = None
    text_before: Annotated[str, Field(max_length=reports.MAX_TEXT_CHARS)] | None = None


class Report(NewReport):
    """A report that is kept; `edited` is when it was last saved."""

    id: str
    edited: float


def _report(saved: reports.Report) -> Report:
    return Report(id=saved.id, title=saved.title, text=saved.text, edited=saved.edited)


@router.get("/reports", responses=PROBLEMS)
def list_reports(answers: AnswersOf) -> list[Report]:
    """Return the reports, least recently edited first."""
    return [_report(saved) for saved in reports.reports(answers.repo.layout)]


@router.post("/reports", status_code=201, responses=CHANGE_PROBLEMS)
def add_report(answers: AnswersOf, report: NewReport) -> Report:
    """Save a new report."""
    return _report(reports.save_report(answers.repo.layout, report.title, report.text))


@router.get("/reports/{report_id}", responses=PROBLEMS)
def one_report(answers: AnswersOf, report_id: KeptId) -> Report:
    """Return a report."""
    return _report(reports.report(answers.repo.layout, report_id))


@router.put("/reports/{report_id}", responses=CHANGE_PROBLEMS)
def change_report(answers: AnswersOf, report_id: KeptId, edit: ReportEdit) -> Report:
    """Change title or text of a report; with both, a deleted one is there again."""
    changed = reports.change_report(
        answers.repo.layout, report_id, title=edit.title, text=edit.text, text_before=edit.text_before
    )
    return _report(changed)


@router.delete("/reports/{report_id}", responses=CHANGE_PROBLEMS)
def remove_report(answers: AnswersOf, report_id: KeptId) -> Report:
    """Delete a report; to PUT what it was brings it back."""
    return _report(reports.delete_report(answers.repo.layout, report_id))
