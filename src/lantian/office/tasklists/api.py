"""The API of `tasklists`."""

from ninja import Router

router = Router(tags=["tasklists"])
