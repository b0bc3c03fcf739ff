"""A dossier as PDF: PDF/A-3a and PDF/UA-1, the same bytes for the same dossier, on any machine.

All text goes into the template as JSON values, so that nothing in it can be read as markup. Only the fonts that
come with Typst are used.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from audit_app.reports.dossier import Dossier
from lineage.canonical import Json
from lineage.errors import Fault
from lineage.times import render_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What binds a report to its pack and its log."""

    pack_id: str
    checkpoint: str
    log_key: str


def typeset(dossier: Dossier, imprint: Imprint) -> bytes:
    """The report. Raises Fault when it cannot be set."""
    import typst

    template = files("audit_app.reports").joinpath("report.typ").read_bytes()
    data = json.dumps(_data(dossier, imprint), ensure_ascii=False, sort_keys=True)
    try:
        return typst.compile(
            template,
            sys_inputs={"data": data},
            format="pdf",
            pdf_standards=["a-3a", "ua-1"],
            ignore_system_fonts=True,
            timestamp=dossier.answer.at.known_at.replace(microsecond=0),
        )
    except typst.TypstError as error:
        raise Fault(
            f"the report could not be typeset: {error}", next_move="keep the home and report this as a fault"
        ) from error


def _data(dossier: Dossier, imprint: Imprint) -> dict[str, Json]:
    answer, at = dossier.answer.to_json(), dossier.answer.at
    coverage = answer["coverage"]
    assert isinstance(coverage, Mapping)
    return {
        "title": dossier.title,
        "subject": dossier.subject,
        "date": list(at.known_at.utctimetuple()[:6]),
        "as_of": said(render_moment(at.as_of)),
        "known_at": said(render_moment(at.known_at)),
        "log_size": f"{at.log_size}",
        "coverage": coverage,
        "sections": [section.to_json() for section in dossier.sections],
        "pack_id": imprint.pack_id,
        "checkpoint": imprint.checkpoint,
        "log_key": imprint.log_key,
    }


def said(moment: str) -> str:
    """`2026-03-04T10:00:00.000000Z` as `2026-03-04 10:00:00 UTC`."""
    return f"{moment[:10]} {moment[11:19]} UTC"
