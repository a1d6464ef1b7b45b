"""The API of `findings`."""

from ninja import Router

router = Router(tags=["findings"])
