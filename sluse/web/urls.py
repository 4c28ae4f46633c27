"""The addresses of the screens."""

from django.urls import path, re_path

from sluse.web.views import (
    bulk,
    connector,
    credentials,
    holds,
    home,
    log,
    platform,
    platform_stop,
    postings,
    reimbursements,
    sign_in,
    status,
    switch,
    sync,
)

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("language/", sign_in.choose_language, name="language"),
    path("o/", home.organizations, name="organizations"),
    path("o/<slug:slug>/", status.page, name="status"),
    path("o/<slug:slug>/current/", status.current, name="current"),
    path("o/<slug:slug>/connector/", connector.page, name="connector"),
    path("o/<slug:slug>/connector/switch/", switch.of_organization, name="switch"),
    path("o/<slug:slug>/connector/system/", connector.system, name="system"),
    path("o/<slug:slug>/connector/test/", connector.test, name="test"),
    path("o/<slug:slug>/connector/credentials/", credentials.enter, name="credentials"),
    path("o/<slug:slug>/connector/credentials/test/", credentials.test, name="credentials-test"),
    path("o/<slug:slug>/connector/credentials/swap/", credentials.swap, name="credentials-swap"),
    path("o/<slug:slug>/connector/mapping/", connector.mapping, name="mapping"),
    path("o/<slug:slug>/connector/schedule/", connector.timing, name="schedule"),
    path("o/<slug:slug>/connector/sync/", sync.now, name="sync"),
    path("o/<slug:slug>/connector/holds/", holds.plan, name="windows"),
    path("o/<slug:slug>/connector/holds/<int:hold_id>/change/", holds.change, name="hold-change"),
    path("o/<slug:slug>/connector/holds/<int:hold_id>/end/", holds.end, name="hold-end"),
    path("o/<slug:slug>/postings/", postings.page, name="postings"),
    path("o/<slug:slug>/postings/retry/", postings.retry, name="postings-retry"),
    path("o/<slug:slug>/postings/<uuid:posting_id>/by-hand/", postings.by_hand, name="posting-by-hand"),
    path("o/<slug:slug>/reimbursements/", reimbursements.page, name="reimbursements"),
    path("o/<slug:slug>/reimbursements/<str:external_id>/", reimbursements.detail, name="reimbursement"),
    path(
        "o/<slug:slug>/reimbursements/<str:external_id>/evidence.json",
        reimbursements.evidence_file,
        name="evidence",
    ),
    path("o/<slug:slug>/preview/", reimbursements.preview, name="preview"),
    path("o/<slug:slug>/log/", log.page, name="log"),
    path("o/<slug:slug>/log/<int:sequence>/", log.entry, name="log-entry"),
    re_path(r"^o/(?P<slug>[-\w]+)/log\.(?P<form>csv|jsonl)$", log.file, name="log-file"),
    path("platform/", platform.page, name="platform"),
    path("platform/stop/", platform_stop.stop, name="platform-stop"),
    path("platform/stop/end/", platform_stop.resume, name="platform-resume"),
    path("platform/switches/", bulk.switches, name="platform-switches"),
    path("platform/<slug:slug>/switch/", switch.on_platform, name="platform-switch"),
]
