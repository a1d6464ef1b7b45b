"""Replaces Django's admin site by ours."""

from django.contrib.admin.apps import AdminConfig


class LantianAdmin(AdminConfig):
    """The admin of administrators: unfold's, for superusers only, signed in through our own door."""

    default_site = "lantian.office.frame.admin_site.LantianAdminSite"
