"""The forms of signing in and of choosing a password."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantian.office.people import throttle


class SignInForm(AuthenticationForm):
    """Name and password; after too many failures it refuses without looking at the password."""

    error_messages: ClassVar = {
        "invalid_login": _("This name and password do not fit together."),
        "inactive": _("This account is closed."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Sign-in name")
        self.fields["password"].label = _("Password")

    def clean(self) -> dict[str, Any]:
        name = str(self.cleaned_data.get("username") or "")
        if throttle.refused(self.request, name):
            raise ValidationError(
                _("Too many failed attempts. Try again in a quarter of an hour."), code="throttled"
            )
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.count(self.request, name)
            raise
        throttle.forget(self.request, name)
        return cleaned
