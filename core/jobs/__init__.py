"""Durable background work. The row is the truth about a job; Celery and Redis only ring the bell."""
