"""The mathematics of a fund (pure): no Django, no Celery, no clock, no database.

Amounts are seen by the investor: negative is paid in, positive is received. Money is Decimal and exact until a solver
takes it as float; rates are fractions of one; every result that can fail carries a status beside its number.
"""
