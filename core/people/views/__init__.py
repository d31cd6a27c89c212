"""The front page, one's own settings, invitations, and the work pages about people."""

from core.people.views.factors import DownloadRecoveryCodes, ViewRecoveryCodes
from core.people.views.grants import Grant, Revoke
from core.people.views.home import Home, Language, Theme
from core.people.views.humans import SamePerson
from core.people.views.invitations import Accept, Invite, Join, SendAgain, Withdraw
from core.people.views.own_data import CloseAccount, OwnData
from core.people.views.persons import Disable, Enable, EndSessions, People, Person
from core.people.views.sessions import Stay
from core.people.views.settings import Settings, SignOutEverywhere

__all__ = (
    "Accept",
    "CloseAccount",
    "Disable",
    "DownloadRecoveryCodes",
    "Enable",
    "EndSessions",
    "Grant",
    "Home",
    "Invite",
    "Join",
    "Language",
    "OwnData",
    "People",
    "Person",
    "Revoke",
    "SamePerson",
    "SendAgain",
    "Settings",
    "SignOutEverywhere",
    "Stay",
    "Theme",
    "ViewRecoveryCodes",
    "Withdraw",
)
