"""The API of `dispatch`."""

from ninja import Router

router = Router(tags=["dispatch"])
