"""Addresses of reviewers."""

from django.urls import path

from accelerator.reviews import views

app_name = "review"

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("<str:public_id>", views.Review.as_view(), name="review"),
    path("<str:public_id>/save", views.Save.as_view(), name="save"),
    path("<str:public_id>/conflict", views.Declare.as_view(), name="declare"),
]
