"""Signing in and out, one's own password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.office.frame.views import PageMixin
from lantian.office.people.forms import SignInForm


class SignIn(LoginView):
    """The office's one door."""

    template_name = "people/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """A password someone else chose is replaced first."""
        if self.request.user.is_authenticated and self.request.user.must_change_password:
            return reverse("password")
        return super().get_default_redirect_url()


class SignOut(LogoutView):
    """By POST only, back to the portal."""


class Password(PageMixin, PasswordChangeView):
    """One's own password."""

    template_name = "people/password.html"
    success_url = reverse_lazy("board")
    title = _("Change password")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response = super().form_valid(form)
        self.request.user.must_change_password = False
        self.request.user.save(update_fields=["must_change_password"])
        messages.success(self.request, _("Your password was changed."))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(title=self.title, **kwargs)
