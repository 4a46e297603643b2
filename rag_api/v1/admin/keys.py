"""`/v1/admin/keys`: make, list, change and revoke the keys of clients."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from ingest import projects
from ingest.errors import Invalid
from rag_api.access.keys import LONGEST_NAME, Key
from rag_api.access.scopes import Scope
from rag_api.deps import TheAccess, TheKey
from rag_api.http.json_body import JsonRoute
from rag_api.v1.body import Body
from rag_api.v1.limits import Id
from rag_api.v1.paging import ListOf, ThePaging, listed

router = APIRouter(tags=["keys"], route_class=JsonRoute)

Name = Annotated[str, Field(max_length=LONGEST_NAME)]
PerMinute = Annotated[int, Field(strict=True, gt=0, lt=1 << 31)]


class NewKey(Body):
    project_id: Id = projects.DEFAULT
    scope: Scope = Scope.WRITE
    name: Name = ""
    requests_per_minute: PerMinute | None = None
    tokens_per_minute: PerMinute | None = None


class KeyChange(Body):
    """What is not named stays; a limit that is null is lifted."""

    name: Name = ""
    requests_per_minute: PerMinute | None = None
    tokens_per_minute: PerMinute | None = None


class Used(BaseModel):
    requests: int = 0
    tokens: int = 0


class KeyObject(BaseModel):
    id: str
    object: Literal["key"] = "key"
    begins: str
    name: str
    scope: Scope
    project_id: str
    project: str
    created_at: int | None = None
    revoked_at: int | None = None
    last_used_at: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    usage_today: Used = Used()
    """Since midnight, UTC, but for the last seconds."""

    @classmethod
    def of(cls, key: Key) -> "KeyObject":
        requests, tokens = key.used_today
        return cls(
            id=key.id,
            begins=key.beginning,
            name=key.name,
            scope=key.scope,
            project_id=key.project,
            project=projects.name_of(key.project),
            created_at=key.created_at or None,
            revoked_at=key.revoked_at,
            last_used_at=key.last_used_at,
            requests_per_minute=key.requests_per_minute,
            tokens_per_minute=key.tokens_per_minute,
            usage_today=Used(requests=requests, tokens=tokens),
        )


class CreatedKey(KeyObject):
    secret: str
    """The key itself, which nobody can be told again."""


@router.get("/v1/admin/keys", response_model=ListOf[KeyObject])
async def list_keys(access: TheAccess, paging: ThePaging, project_id: str | None = None) -> Response:
    """The keys of all projects, or of one, and those that were revoked, too."""

    def made() -> ListOf[KeyObject]:
        page = access.keys.page(project_id, **paging)
        return ListOf.of([KeyObject.of(key) for key in page.items], page.has_more)

    return await listed(made)


@router.post("/v1/admin/keys")
def create(access: TheAccess, key: TheKey, body: NewKey) -> CreatedKey:
    """Make a key. The first one has to have the scope `admin`: from then on, nobody may do without a key."""
    access.projects.check(body.project_id)
    if key is None and body.scope is not Scope.ADMIN:
        raise Invalid("The first key has to have the scope 'admin': without one, no other could be made here.", "scope")
    made, secret = access.keys.create(
        body.project_id,
        body.scope,
        body.name,
        requests_per_minute=body.requests_per_minute,
        tokens_per_minute=body.tokens_per_minute,
    )
    return CreatedKey(**KeyObject.of(made).model_dump(), secret=secret)


@router.get("/v1/admin/keys/{key_id}")
def retrieve(access: TheAccess, key_id: str) -> KeyObject:
    return KeyObject.of(access.keys.get(key_id))


@router.post("/v1/admin/keys/{key_id}")
def change(access: TheAccess, key_id: str, body: KeyChange) -> KeyObject:
    """Give a key another name, or other limits, which hold from the next second on."""
    return KeyObject.of(access.keys.change(key_id, **body.model_dump(exclude_unset=True)))


@router.delete("/v1/admin/keys/{key_id}")
def revoke(access: TheAccess, key_id: str) -> KeyObject:
    """Let nobody use a key any more. It stays in the list, with the time at which it was revoked."""
    access.keys.revoke(access.keys.get(key_id).id)
    return retrieve(access, key_id)
