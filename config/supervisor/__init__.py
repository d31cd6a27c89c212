"""The demo under one supervisor: servers, web, worker and beat, started in order, watched, stopped in reverse."""
