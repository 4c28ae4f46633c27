"""The addresses of the screens."""

from django.urls import path

from sluse.web.views import connector, holds, home, platform, platform_stop, sign_in, switch, sync

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("language/", sign_in.choose_language, name="language"),
    path("o/", home.organizations, name="organizations"),
    path("o/<slug:slug>/connector/", connector.page, name="connector"),
    path("o/<slug:slug>/connector/switch/", switch.of_organization, name="switch"),
    path("o/<slug:slug>/connector/system/", connector.system, name="system"),
    path("o/<slug:slug>/connector/test/", connector.test, name="test"),
    path("o/<slug:slug>/connector/mapping/", connector.mapping, name="mapping"),
    path("o/<slug:slug>/connector/schedule/", connector.timing, name="schedule"),
    path("o/<slug:slug>/connector/sync/", sync.now, name="sync"),
    path("o/<slug:slug>/connector/holds/", holds.plan, name="windows"),
    path("o/<slug:slug>/connector/holds/<int:hold_id>/change/", holds.change, name="hold-change"),
    path("o/<slug:slug>/connector/holds/<int:hold_id>/end/", holds.end, name="hold-end"),
    path("platform/", platform.page, name="platform"),
    path("platform/stop/", platform_stop.stop, name="platform-stop"),
    path("platform/stop/end/", platform_stop.resume, name="platform-resume"),
    path("platform/<slug:slug>/switch/", switch.on_platform, name="platform-switch"),
]
