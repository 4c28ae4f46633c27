"""Mounts the screens and the API, nothing else."""

from django.urls import include, path

urlpatterns = [
    path("", include("sluse.api.urls")),
    path("", include("sluse.web.urls")),
]

handler400 = "sluse.web.errors.bad_request"
handler403 = "sluse.web.errors.forbidden"
handler404 = "sluse.web.errors.not_found"
handler500 = "sluse.web.errors.server_error"
