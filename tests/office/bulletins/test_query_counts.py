"""How often the pages of bulletins ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any


def test_pages_ask_as_often_as_written(query_counts: Any, air: Any, person: Any) -> None:
    from lantian.ambient import Period
    from lantian.office.bulletins import actions

    person("fenxi", "141000", role="analyst")

    def issue(period: str) -> Any:
        from lantian.office.people.models import User

        analyst = User.objects.get(username="fenxi")
        draft = actions.make_draft(analyst, "counties-141000", Period.parse(period), issuer="市局")
        return actions.issue(analyst, draft, public=True)

    first = issue("2025-06")
    issue("2025-06-01..2025-06-20")
    query_counts(
        "bulletins",
        {
            **{f"bulletins:{name}": {"pk": first.pk} for name in ("bulletin", "history", "changes")},
            **{
                f"bulletins:{name}": {"pk": first.pk}
                for name in ("issue", "discard", "correct", "changes-excel")
            },
            "bulletins:paper": {"pk": first.pk, "kind": "docx"},
            "bulletins:explain": {"pk": first.pk, "code": "141002", "figure": "pm2_5"},
            "api:bulletin": {"pk": first.pk},
            "api:changes": {"pk": first.pk},
        },
        lambda: issue("2025-06-01..2025-06-10"),
    )
