"""What happens on its own, and when. Beat ticks in UTC; local-time rules are computed from dates by the services."""

from celery.schedules import crontab

BEAT = {
    "remind people": {"task": "core.notifications.start_reminding", "schedule": crontab(minute="3")},
    "find waiting jobs": {"task": "core.jobs.sweep", "schedule": 10.0},
    "tell partner systems": {"task": "core.webhooks.dispatch", "schedule": 5.0},
    "end silences": {"task": "core.decisions.close_due", "schedule": 10.0},
    "send waiting mail": {"task": "core.notifications.send_waiting", "schedule": 30.0},
    "check the books": {"task": "portfolio.ledger.check_books", "schedule": crontab(minute="40")},
    "open due valuations": {"task": "portfolio.valuations.open_due_runs", "schedule": 300.0},
    "recompute marks": {"task": "portfolio.valuations.report_drift", "schedule": crontab(hour="2", minute="40")},
    "release selections": {"task": "accelerator.panels.start_releases", "schedule": crontab(minute="*/5")},
    "check waiting files": {"task": "core.documents.check_waiting", "schedule": crontab(minute="*/5")},
    "sweep files": {"task": "core.documents.sweep", "schedule": crontab(hour="1", minute="20")},
    "verify files": {
        "task": "core.documents.start_verifying",
        "schedule": crontab(hour="1", minute="50", day_of_week="0"),
    },
    "verify audit chains": {"task": "core.audit.verify_chains", "schedule": crontab(hour="2", minute="15")},
    "forget old calls": {"task": "core.clients.forget", "schedule": crontab(hour="3", minute="20")},
    "seal webhook secrets anew": {"task": "core.webhooks.reseal", "schedule": crontab(hour="3", minute="20")},
    "clear ended sessions": {"task": "core.people.clear_ended_sessions", "schedule": crontab(hour="3", minute="5")},
}
