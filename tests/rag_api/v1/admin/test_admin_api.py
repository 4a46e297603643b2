"""Keys, projects and the audit over HTTP: what `rag-api keys`, `projects` and `audit` do, for a console."""

import time
from dataclasses import dataclass
from typing import Any

import openai
import pytest
from openai import OpenAI

from ingest import projects
from ingest.version import installed_version
from rag_api.access import keys
from rag_api.access.database import Access
from rag_api.access.scopes import Scope
from tests.official_client import MakeClient, http_of, put


@dataclass
class Admin:
    """What an administrator's program asks for."""

    client: OpenAI

    def __call__(self, method: str, path: str, key: str | None = None, **options: Any) -> Any:
        headers = {"authorization": f"Bearer {key or self.client.api_key}"}
        answer = http_of(self.client).request(method, f"/v1{path}", headers=headers, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def access(self) -> Access:
        access: Access = http_of(self.client).app_state["access"]
        return access

    def of(self, secret: str) -> OpenAI:
        return self.client.with_options(api_key=secret)


@pytest.fixture
def admin(new_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> Admin:
    monkeypatch.setattr("rag_api.access.auth.CURRENT_FOR_S", 0)
    return Admin(new_client(api_key="the-administrator", api_keys="the-administrator"))


def test_a_key_is_made_used_changed_and_revoked(admin: Admin) -> None:
    made = admin("post", "/admin/keys", json={"scope": "read", "name": "desk", "requests_per_minute": 50})
    secret = made.pop("secret")
    assert (made["name"], made["scope"], made["project"], made["last_used_at"]) == ("desk", "read", "default", None)
    assert secret.startswith(made["begins"])
    first = admin.of(secret).models.with_raw_response.list()
    assert first.headers["x-ratelimit-limit-requests"] == "50"
    used = admin("get", f"/admin/keys/{made['id']}")
    assert used == {**made, "last_used_at": used["last_used_at"]}
    assert used["last_used_at"] >= made["created_at"]

    changed = admin("post", f"/admin/keys/{made['id']}", json={"requests_per_minute": 7})
    assert (changed["name"], changed["requests_per_minute"]) == ("desk", 7)
    assert admin.of(secret).models.with_raw_response.list().headers["x-ratelimit-limit-requests"] == "7"
    changed = admin("post", f"/admin/keys/{made['id']}", json={"requests_per_minute": None, "name": "hall"})
    assert (changed["name"], changed["requests_per_minute"]) == ("hall", None)
    assert "x-ratelimit-limit-requests" not in admin.of(secret).models.with_raw_response.list().headers

    assert admin("delete", f"/admin/keys/{made['id']}")["revoked_at"] >= made["created_at"]
    with pytest.raises(openai.AuthenticationError):
        admin.of(secret).models.list()
    (listed,) = admin("get", "/admin/keys")["data"]
    assert listed["revoked_at"]
    assert secret not in str(listed)


def test_a_key_tells_what_it_is(admin: Admin) -> None:
    made = admin("post", "/admin/keys", json={"scope": "read"})
    own = admin("get", "/key", made["secret"])
    assert (own["id"], own["scope"], own["begins"]) == (made["id"], "read", made["begins"])
    fixed = admin("get", "/key")
    assert (fixed["id"], fixed["scope"], fixed["created_at"]) == ("RAG_API_KEYS", "admin", None)


def test_the_first_key_is_an_administrators_and_all_need_one_from_then_on(
    new_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_api.access.auth.CURRENT_FOR_S", 0)
    admin = Admin(new_client())
    assert (admin("get", "/key")["id"], admin("get", "/key")["scope"]) == ("", "admin")
    with pytest.raises(openai.BadRequestError, match="the scope 'admin'"):
        admin.client.post("/admin/keys", cast_to=object, body={"scope": "write"})
    secret = admin("post", "/admin/keys", json={"scope": "admin"})["secret"]
    with pytest.raises(openai.AuthenticationError):
        admin.client.post("/admin/keys", cast_to=object, body={"scope": "admin"})
    assert admin("post", "/admin/keys", secret, json={"scope": "write"})["secret"]


@pytest.mark.parametrize("scope", ["read", "write"])
def test_other_keys_administer_nothing(admin: Admin, scope: str) -> None:
    secret = admin("post", "/admin/keys", json={"scope": scope})["secret"]
    for path in ("/admin/keys", "/admin/projects", "/admin/audit", "/admin/keys/any", "/admin/status"):
        with pytest.raises(openai.PermissionDeniedError, match=f"scope '{scope}', and this request needs 'admin'"):
            admin.of(secret).get(path, cast_to=object)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"scope": "owner"}, "scope"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a" * 65}, "name"),
        ({"requests_per_minute": 0}, "requests_per_minute"),
        ({"tokens_per_minute": 1 << 31}, "tokens_per_minute"),
        ({"limits": {}}, "limits"),
    ],
)
def test_a_key_that_cannot_be_is_refused(admin: Admin, body: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        admin.client.post("/admin/keys", cast_to=object, body=body)
    assert refused.value.param == param


def test_what_does_not_exist_is_not_found(admin: Admin) -> None:
    for method, path in (
        ("get", "/admin/keys/key_0"),
        ("post", "/admin/keys/key_0"),
        ("delete", "/admin/keys/key_0"),
        ("get", "/admin/projects/herons"),
        ("delete", "/admin/projects/herons.0"),
    ):
        body: Any = {"json": {"name": "desk"}} if method == "post" else {}
        answer = http_of(admin.client).request(
            method, f"/v1{path}", headers={"authorization": "Bearer the-administrator"}, **body
        )
        assert answer.status_code == 404, answer.text
    with pytest.raises(openai.NotFoundError):
        admin.client.post("/admin/keys", cast_to=object, body={"project_id": "herons"})


def test_a_project_is_made_used_and_deleted(admin: Admin) -> None:
    project = admin("post", "/admin/projects", json={"name": "herons"})
    assert (project["name"], project["keys"]) == ("herons", 0)
    with pytest.raises(openai.BadRequestError, match="already"):
        admin.client.post("/admin/projects", cast_to=object, body={"name": "herons"})
    made = admin("post", "/admin/keys", json={"project_id": project["id"]})
    theirs = admin.of(made["secret"])
    theirs.files.create(file=("a.txt", b"Herons."), purpose="assistants")
    assert admin("get", f"/admin/projects/{project['id']}")["keys"] == 1
    assert [each["id"] for each in admin("get", "/admin/projects")["data"]] == ["default", project["id"]]
    assert admin("delete", f"/admin/projects/{project['id']}")["deleted"]
    with pytest.raises(openai.AuthenticationError):
        theirs.files.list()
    assert [each["id"] for each in admin("get", "/admin/projects")["data"]] == ["default"]
    assert admin("get", f"/admin/keys/{made['id']}")["revoked_at"]


def test_the_project_default_and_its_keys_outlive_an_attempt_to_delete_it(admin: Admin) -> None:
    made = admin("post", "/admin/keys", json={})
    with pytest.raises(openai.BadRequestError, match="the data folder itself"):
        admin.client.delete("/admin/projects/default", cast_to=object)
    assert admin.of(made["secret"]).models.list().data


def test_lists_come_in_pages(admin: Admin) -> None:
    herons = admin.access.projects.make("herons")
    made = [admin.access.keys.create(herons, Scope.READ, f"key {n}")[0].id for n in range(5)]
    admin.access.keys.create(projects.DEFAULT, Scope.READ)
    for n in range(3):
        admin.access.projects.make(f"bird-{n}")

    def pages(path: str, **query: Any) -> list[str]:
        found: list[str] = []
        while True:
            page = admin("get", path, params={"limit": 2, **query, **({"after": found[-1]} if found else {})})
            found += [each["id"] for each in page["data"]]
            if not page["has_more"]:
                return found

    assert pages("/admin/keys", project_id=herons) == made[::-1]
    assert len(pages("/admin/keys", order="asc")) == 6
    assert [projects.name_of(each) for each in pages("/admin/projects")] == [
        "default", "bird-0", "bird-1", "bird-2", "herons",
    ]  # fmt: skip


def test_the_audit_is_told_of_one_project_or_key(admin: Admin) -> None:
    herons = admin("post", "/admin/projects", json={"name": "herons"})["id"]
    made = admin("post", "/admin/keys", json={"project_id": herons})
    file = admin.of(made["secret"]).files.with_raw_response.create(file=("a.txt", b"A secret."), purpose="assistants")
    admin("delete", f"/admin/keys/{made['id']}")
    admin.access.audit.write()
    everything = admin("get", "/admin/audit")["data"]
    assert [(each["method"], each["path"]) for each in everything] == [
        ("DELETE", f"/v1/admin/keys/{made['id']}"),
        ("POST", "/v1/files"),
        ("POST", "/v1/admin/keys"),
        ("POST", "/v1/admin/projects"),
    ]
    (theirs,) = admin("get", "/admin/audit", params={"project_id": herons})["data"]
    assert (theirs["id"], theirs["key_id"]) == (file.headers["x-request-id"], made["id"])
    assert admin("get", "/admin/audit", params={"key_id": made["id"]})["data"] == [theirs]
    assert admin("get", "/admin/audit", params={"after": everything[1]["id"]})["data"] == everything[2:]


def test_the_status_says_how_much_there_is(admin: Admin) -> None:
    put(admin.client, "a.txt", "Herons.")
    put(admin.client, "a.pdf", "%PDF-1.4 nothing")
    told = admin("get", "/admin/status")
    assert told["files"] == {"pending": 0, "running": 0, "done": 1, "failed": 1, "cancelled": 0}
    assert (told["chunks"], told["oldest_job_seconds"], told["version"]) == (1, 0, installed_version())
    assert told["index_bytes"] > 10_000


def test_what_a_key_used_is_counted_each_day(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    made = admin("post", "/admin/keys", json={"scope": "read"})
    theirs = admin.of(made["secret"])

    def ask() -> None:
        theirs.chat.completions.create(model="extractive", messages=[{"role": "user", "content": "Do herons fish?"}])

    def used() -> dict[str, int]:
        admin.access.keys.write()
        usage: dict[str, int] = admin("get", f"/admin/keys/{made['id']}")["usage_today"]
        return usage

    ask()
    theirs.models.list()
    once = used()
    assert once["requests"] == 2
    assert once["tokens"] > 0
    ask()
    assert used() == {"requests": 3, "tokens": 2 * once["tokens"]}
    assert admin("get", "/admin/keys")["data"][0]["usage_today"] == used()

    tomorrow = time.time() + keys.DAY_S
    monkeypatch.setattr("rag_api.access.keys.time.time", lambda: tomorrow)
    assert used() == {"requests": 0, "tokens": 0}
    ask()
    assert used() == {"requests": 1, "tokens": once["tokens"]}
