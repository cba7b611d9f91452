"""The directory as files: taking it out, and taking a file in after everybody could see what it would do."""

import uuid
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from admin.current import db, me
from admin.errors import Refused
from core import audit
from core.db import now
from core.directory import exporting, uploads
from core.directory.importing import FORMATS, MAX_BYTES
from core.directory.uploads import UploadState
from core.errors import BadRequest

MAX_FORM = 64 * 1024  # what a form has besides its file

TYPES = {
    "json": "application/json",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}

blueprint = Blueprint("directory_files", __name__, url_prefix="/directory/files")


def allow_uploads(app: Flask) -> None:
    """Registered after the guard, so that only who may upload gets more than a form through."""

    @app.before_request
    def allow() -> None:
        if request.endpoint == "directory_files.upload":
            request.max_content_length = MAX_BYTES + MAX_FORM


@blueprint.get("/")
def files() -> ResponseReturnValue:
    return _page()


@blueprint.get("/export")
def export() -> ResponseReturnValue:
    format_ = request.args.get("format", "")
    if format_ not in FORMATS:
        raise BadRequest("format")
    file: Any = exporting.write(db(), format_)
    audit.record(db(), me().id, "export_directory", format=format_)
    name = f"puente-{now():%Y-%m-%d}.{format_}"
    return send_file(file, mimetype=TYPES[format_], as_attachment=True, download_name=name)


@blueprint.post("/upload")
def upload() -> ResponseReturnValue:
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page("no_file"), 422
    format_ = file.filename.rpartition(".")[2].lower()
    if format_ not in FORMATS:
        return _page("unknown_format"), 422
    kept = uploads.keep(db(), me().id, file.read(), format_)
    return redirect(url_for(".preview", upload_id=kept.id))


@blueprint.get("/<uuid:upload_id>")
def preview(upload_id: uuid.UUID) -> ResponseReturnValue:
    """How far it is, then what it would do, then what it did; the page asks again until there is news."""
    kept = uploads.get(db(), upload_id, me().id)
    if kept.state is UploadState.REFUSED:
        return _page(kept.refusal, kept.refusal_detail or ""), 422
    if kept.state in uploads.AT_WORK:
        return render_template("directory/progress.html", upload=kept)
    return render_template("directory/preview.html", upload=kept, report=kept.report)


@blueprint.post("/<uuid:upload_id>/confirm")
def confirm(upload_id: uuid.UUID) -> ResponseReturnValue:
    """Said a second time it changes nothing, and leads to the same page."""
    kept = uploads.get(db(), upload_id, me().id)
    if kept.report.get("problem_count"):
        raise Refused("refused.file_has_problems")
    uploads.confirm(db(), kept)
    return redirect(url_for(".preview", upload_id=kept.id))


def _page(refusal: str | None = None, detail: str = "") -> str:
    return render_template(
        "directory/files.html",
        formats=FORMATS,
        refusal=refusal,
        detail=detail,
        megabytes=MAX_BYTES // 1024**2,
    )
