"""Pages of start-ups about themselves."""

from django.urls import path

from core.ethics import portal as ethics
from core.organisations import portal as organisations

app_name = "organisations"

urlpatterns = [
    path("", organisations.Own.as_view(), name="list"),
    path("register", organisations.Add.as_view(), name="add"),
    path("responsible-use", ethics.Own.as_view(), name="ethics"),
    path("responsible-use/<str:public_id>", ethics.Answers.as_view(), name="ethics-answers"),
    path("responsible-use/conditions/<str:public_id>", ethics.Condition.as_view(), name="ethics-condition"),
    path("<str:public_id>", organisations.Detail.as_view(), name="detail"),
    path("<str:public_id>/edit", organisations.Edit.as_view(), name="edit"),
    path("<str:public_id>/invite", organisations.Invite.as_view(), name="invite"),
    path("<str:public_id>/leave", organisations.Leave.as_view(), name="leave"),
    path("<str:public_id>/people/<str:person>/rights", organisations.Rights.as_view(), name="rights"),
    path("<str:public_id>/people/<str:person>/remove", organisations.Remove.as_view(), name="remove"),
    path("<str:public_id>/invitations/<str:invitation>/again", organisations.Again.as_view(), name="again"),
    path("<str:public_id>/invitations/<str:invitation>/withdraw", organisations.Withdraw.as_view(), name="withdraw"),
]
