"""What start-ups see and do about themselves: what they are, who works for them with which rights, who is invited."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.organisations import forms, queries, services
from core.organisations.models import Organisation
from core.people import members
from core.people import services as people
from core.people.models import Invitation
from core.people.requests import PersonRequest
from core.people.roles import Scope
from core.web import onward
from core.web.forms import take


class Own(View):
    """The start-ups that one acts for."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return render(request, "core/organisations/list.html", {"organisations": list(queries.of_person(request.user))})


class Add(View):
    """Register a start-up; then go on where one was."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, forms.OrganisationForm())

    def post(self, request: PersonRequest) -> HttpResponse:
        form = forms.OrganisationForm(request.POST)
        if form.is_valid():
            try:
                made = services.found(**form.cleaned_data, by=request.user, at=clock.now())
            except (Conflict, Invalid) as refusal:
                take(form, refusal)
            else:
                messages.success(request, _("Your start-up is registered, and you are its owner."))
                return redirect(onward.asked(request) or reverse("organisations:detail", args=[made.public_id]))
        return self._page(request, form)

    def _page(self, request: PersonRequest, form: forms.OrganisationForm) -> HttpResponse:
        return render(request, "core/organisations/add.html", {"form": form, "next": onward.asked(request)})


class Page(View):
    """A page about one of the person's own start-ups. ``owners_only`` refuses members in words."""

    organisation: Organisation
    owners_only = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the start-up. Raises NotFound, OwnersOnly."""
        super().setup(request, *args, **kwargs)
        person = cast(PersonRequest, request).user
        self.organisation = queries.get_own(person, kwargs["public_id"])
        if self.owners_only and not queries.may_run(person, self.organisation):
            raise people.OwnersOnly

    def back(self) -> HttpResponse:
        return redirect("organisations:detail", self.organisation.public_id)

    def show(self, request: PersonRequest, template: str, **context: Any) -> HttpResponse:
        return render(request, f"core/organisations/{template}.html", context | {"organisation": self.organisation})


class Detail(Page):
    """What it is, who works for it, and who is invited."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        may_run = queries.may_run(request.user, self.organisation)
        return self.show(
            request,
            "detail",
            members=members.of(public_id, on=clock.today()),
            invited=members.invited(public_id, at=clock.now()) if may_run else [],
            may_run=may_run,
        )


class Edit(Page):
    owners_only = True

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self.show(request, "edit", form=forms.DetailsForm(organisation=self.organisation))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        form = forms.DetailsForm(request.POST, organisation=self.organisation)
        if form.is_valid():
            try:
                services.change_details(self.organisation, **form.details(), by=request.user, at=clock.now())
            except (Conflict, Invalid) as refusal:
                take(form, refusal)
            else:
                messages.success(request, _("The details are saved."))
                return self.back()
        return self.show(request, "edit", form=form)


class Invite(Page):
    owners_only = True

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self.show(request, "invite", form=forms.ColleagueForm(initial={"language": request.LANGUAGE_CODE}))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        form = forms.ColleagueForm(request.POST)
        if form.is_valid():
            try:
                self._invite(request, **form.cleaned_data)
            except (Conflict, Invalid) as refusal:
                take(form, refusal)
            else:
                messages.success(request, _("The invitation is on its way. It holds for seven days."))
                return self.back()
        return self.show(request, "invite", form=form)

    def _invite(self, request: PersonRequest, **given: str) -> None:
        people.invite(
            **given,
            name="",
            scope_kind=Scope.ORGANISATION,
            scope_ref=self.organisation.public_id,
            starts_on=clock.today(),
            ends_before=None,
            by=request.user,
            at=clock.now(),
        )


class InvitationStep(Page):
    """A step with an open invitation to this start-up."""

    owners_only = True
    invitation: Invitation

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the invitation. Raises NotFound, OwnersOnly."""
        super().setup(request, *args, **kwargs)
        found = members.get_invitation(kwargs["public_id"], kwargs["invitation"])
        if found is None:
            raise NotFound
        self.invitation = found


class Again(InvitationStep):
    def post(self, request: PersonRequest, public_id: str, invitation: str) -> HttpResponse:
        people.send_invitation_again(self.invitation, by=request.user, at=clock.now())
        messages.success(request, _("A new link is on its way. The former one no longer opens anything."))
        return self.back()


class Withdraw(InvitationStep):
    def post(self, request: PersonRequest, public_id: str, invitation: str) -> HttpResponse:
        people.withdraw_invitation(self.invitation, by=request.user, at=clock.now())
        messages.success(request, _("The invitation is withdrawn. Its link no longer opens anything."))
        return self.back()


class ColleaguePage(Page):
    """A page about a colleague."""

    owners_only = True
    colleague: members.Member

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the colleague. Raises NotFound, OwnersOnly."""
        super().setup(request, *args, **kwargs)
        found = members.get(kwargs["public_id"], kwargs["person"], on=clock.today())
        if found is None:
            raise NotFound
        self.colleague = found


class Rights(ColleaguePage):
    def get(self, request: PersonRequest, public_id: str, person: str) -> HttpResponse:
        form = forms.RightsForm(initial={"role": self.colleague.role})
        return self.show(request, "rights", form=form, colleague=self.colleague)

    def post(self, request: PersonRequest, public_id: str, person: str) -> HttpResponse:
        form = forms.RightsForm(request.POST)
        if form.is_valid():
            people.change_rights(
                self.colleague.person,
                form.cleaned_data["role"],
                organisation=public_id,
                by=request.user,
                at=clock.now(),
            )
            messages.success(request, _("The rights are changed."))
            return self.back()
        return self.show(request, "rights", form=form, colleague=self.colleague)


class Remove(ColleaguePage):
    def get(self, request: PersonRequest, public_id: str, person: str) -> HttpResponse:
        return self.show(request, "remove", colleague=self.colleague)

    def post(self, request: PersonRequest, public_id: str, person: str) -> HttpResponse:
        people.remove_member(self.colleague.person, organisation=public_id, by=request.user, at=clock.now())
        messages.success(request, _("Removed. This person no longer reads or writes anything of the start-up."))
        return self.back()


class Leave(Page):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self.show(request, "leave")

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        people.leave(organisation=public_id, by=request.user, at=clock.now())
        messages.success(request, _("You have left. You no longer act for this start-up."))
        return redirect("core:home")
