"""Organizations, people and tokens from the command line: what the commands do, what they print, and how they refuse."""

from datetime import datetime

import pytest

from sluse.audit.models import Entry
from sluse.cli.tests.conftest import Sluse
from sluse.organizations import directory, tokens
from sluse.organizations.models import Membership, Organization, User
from sluse.organizations.models import Token as TokenRow
from tests import people


def test_an_organization_is_created_once(db: None, sluse: Sluse) -> None:
    words = ("organization", "create", "nbf", "--name", "Norges Blindeforbund", "--org-number", "971041390")

    first, again = sluse(*words), sluse(*words)

    assert first == (0, "Norges Blindeforbund was created as nbf.\n", "")
    assert again.status == 1
    assert again.err == "There is already an organization with the short name nbf.\n"
    assert directory.find_organization(slug="nbf").organization_number == "971041390"
    assert Entry.objects.get().type == "organization"


def test_what_is_wrong_with_an_organization_is_said_field_by_field(db: None, sluse: Sluse) -> None:
    ended = sluse("organization", "create", "nbf", "--name", "N", "--org-number", "123456789")

    assert ended.status == 1
    assert "organization_number: " in ended.err
    assert "Traceback" not in ended.err
    assert not Organization.objects.exists()


def test_a_user_is_created_with_roles_and_password(hlf: Organization, now: datetime, sluse: Sluse) -> None:
    people.organization("nbf", "Norges Blindeforbund", now)

    ended = sluse(
        *("user", "create", "Kari@HLF.example", "--admin", "hlf", "--auditor", "nbf", "--password-stdin"),
        typed=f"{people.PASSWORD}\n",
    )

    assert ended == (0, "kari@hlf.example was created.\n", "")
    user = User.objects.get()
    assert user.check_password(people.PASSWORD)
    assert not user.is_global_administrator
    roles = Membership.objects.values_list("organization__slug", "role")
    assert set(roles) == {("hlf", "administrator"), ("nbf", "auditor")}


def test_a_user_without_a_password_cannot_sign_in_with_one(db: None, sluse: Sluse) -> None:
    assert sluse("user", "create", "grete@sluse.example", "--global-admin").status == 0

    user = User.objects.get()
    assert user.is_global_administrator
    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (
            ["kari@hlf.example", "--admin", "nobody"],
            "",
            "There is no organization with the short name nobody.",
        ),
        (["kari"], "", "Give a whole e-mail address."),
        (["kari@hlf.example", "--password-stdin"], "short\n", "password"),
    ],
)
def test_a_refused_user_leaves_nothing_behind(
    db: None, sluse: Sluse, words: list[str], typed: str, sentence: str
) -> None:
    ended = sluse("user", "create", *words, typed=typed)

    assert ended.status == 1
    assert sentence in ended.err
    assert not User.objects.exists()


def test_a_token_is_printed_alone_and_works(kari: User, now: datetime, sluse: Sluse) -> None:
    ended = sluse(
        *("token", "create", "kari@hlf.example", "--organization", "hlf"),
        *("--scope", "sync:run", "--scope", "log:read", "--expires-days", "30"),
    )

    plaintext = ended.out.removesuffix("\n")
    token = tokens.authenticate(plaintext=plaintext, now=now)
    assert (ended.status, token is not None) == (0, True)
    assert token is not None
    assert token.organization is not None
    assert (token.organization.slug, token.scopes) == ("hlf", ["log:read", "sync:run"])
    assert token.expires_at is not None
    assert (token.expires_at - now).days == 30


def test_without_scopes_it_gets_what_the_roles_allow(
    kari: User, rune: User, now: datetime, sluse: Sluse
) -> None:
    people.global_administrator(now)

    def scopes(email: str) -> set[str]:
        assert sluse("token", "create", email).status == 0
        return set(TokenRow.objects.latest("pk").scopes)

    assert scopes("grete@sluse.example") == set(tokens.SCOPES)
    assert scopes("kari@hlf.example") == set(tokens.SCOPES) - {"platform"}
    assert scopes("rune@hlf.example") == {"connector:read", "log:read", "reimbursements:read"}


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["kari@hlf.example", "--scope", "platform"], 1),
        (["kari@hlf.example", "--organization", "nobody"], 1),
        (["ola@hlf.example"], 1),
        (["kari@hlf.example", "--scope", "everything"], 2),
        (["kari@hlf.example", "--expires-days", "0"], 2),
        ([], 2),
    ],
)
def test_a_refused_token_prints_none(kari: User, sluse: Sluse, words: list[str], status: int) -> None:
    ended = sluse("token", "create", *words)

    assert (ended.status, ended.out) == (status, "")
    assert ended.err
    assert not TokenRow.objects.exists()


# --- switch ---------------------------------------------------------------------------------------
