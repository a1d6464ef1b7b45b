"""System checks: no table without a declared scope."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register

OURS = "lantian.office."


@register()
def every_model_declares_its_scope(app_configs: list[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each model of the office says by which lookup a region or unit sees it, or why it needs no scope."""
    from lantian.office.people.scope import is_declared

    return [
        Error(
            f"{model.__name__} declares no scope",
            hint='Set scope_region = "…__path", scope_unit = "…", or scope_exempt = "why it needs none".',
            obj=model,
            id="lantian.E001",
        )
        for config in (app_configs or apps.get_app_configs())
        if config.name.startswith(OURS)
        for model in config.get_models(include_auto_created=False)
        if not is_declared(model)
    ]
