"""Programmes, their challenges and their published funnel."""
