"""Every address of the product."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from core.clients import api as clients
from core.documents import views as documents
from core.people import views as people

DOCUMENTS = ([path("<str:public_id>", documents.Download.as_view(), name="download")], "documents")

urlpatterns = [
    path("", include("core.urls")),
    path("account/2fa/recovery-codes/", people.ViewRecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "account/2fa/recovery-codes/download/",
        people.DownloadRecoveryCodes.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("account/", include("allauth.urls")),
    path("documents/", include(DOCUMENTS)),
    path("admin/", admin.site.urls),
    path("manage/", include("core.manage_urls")),
    path("manage/", include("portfolio.manage_urls")),
    path("manage/", include("accelerator.manage_urls")),
    path("ally/", include("portfolio.investor_urls")),
    path("programmes/", include("accelerator.public_urls")),
    path("portal/organisations/", include("core.portal_urls")),
    path("portal/", include("accelerator.portal_urls")),
    path("review/", include("accelerator.review_urls")),
]
API = "api/v1/"
urlpatterns += [
    path("api/oauth/token", clients.Token.as_view(), name="api_token"),
    path(API, include("core.api_urls")),
    path(API, include("portfolio.api_urls")),
    path(API, include("accelerator.api_urls")),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("demo/", include("demo.urls")))

handler400 = "core.web.errors.bad_request"
handler403 = "core.web.errors.permission_denied"
handler404 = "core.web.errors.page_not_found"
handler500 = "core.web.errors.server_error"
