"""An uploaded table, in a folder of its own while it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lantian.errors import LantianError

T = TypeVar("T")
MAX_TABLE = 20 * 1024 * 1024


def taken(request: HttpRequest, take: Callable[[Any, Path, str], T]) -> T:
    """What `take(request, path, name)` makes of the file of a form. The file is gone afterwards.

    Raises
    ------
    LantianError
        no file was chosen, it is too large, or what `take` says
    """
    upload = request.FILES.get("file")
    if upload is None:
        raise LantianError(_("no file was chosen"))
    if upload.size > MAX_TABLE:
        raise LantianError(_("the table is larger than 20 MB"), remedy=_("Send it in parts."))
    name = Path(upload.name).name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{Path(name).suffix.lower()}"
        path.write_bytes(upload.read())
        return take(request, path, name)
