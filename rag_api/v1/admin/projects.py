"""`/v1/admin/projects`: make, list and delete projects, whose documents are kept apart."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from ingest import projects
from ingest.errors import Invalid, NotFound, StorageFailed
from ingest.records import storage
from ingest.records.storage import Storage
from rag_api.deps import TheAccess, TheSettings
from rag_api.http.json_body import JsonRoute
from rag_api.settings import Settings
from rag_api.v1.body import Body
from rag_api.v1.paging import ListOf, listed

router = APIRouter(tags=["projects"], route_class=JsonRoute)


Quota = Annotated[int, Field(strict=True, ge=0, lt=1 << 63)]


class ProjectChange(Body):
    """What is not named stays; a quota that is null is lifted."""

    max_files: Quota | None = None
    max_bytes: Quota | None = None


class NewProject(ProjectChange):
    name: Annotated[str, Field(max_length=projects.LONGEST_NAME)]


class ProjectObject(BaseModel):
    id: str
    object: Literal["project"] = "project"
    name: str
    keys: int
    """Those that were not revoked."""
    files: int | None = None
    bytes: int | None = None
    """Both are null where the records of a project cannot be read; its log, or `rag-ingest check`, says why."""
    max_files: int | None = None
    max_bytes: int | None = None

    @classmethod
    def of(cls, project: str, keys: int, stored: Storage | None) -> "ProjectObject":
        told = vars(stored) if stored else {}
        return cls(id=project, name=projects.name_of(project), keys=keys, **told)


class ProjectDeleted(BaseModel):
    id: str
    object: Literal["project.deleted"] = "project.deleted"
    deleted: Literal[True] = True


@router.get("/v1/admin/projects", response_model=ListOf[ProjectObject])
async def list_projects(
    access: TheAccess,
    settings: TheSettings,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: str | None = None,
) -> Response:
    """`default`, then the other projects by name."""

    def made() -> ListOf[ProjectObject]:
        known = access.projects.ids()
        later = [each for each in known if after is None or _place(each) > _place(after)]
        keys = access.keys.usable()
        shown = [_project(settings, each, keys.get(each, 0)) for each in later[:limit]]
        return ListOf.of(shown, len(later) > limit)

    return await listed(made)


def _project(settings: Settings, project: str, keys: int) -> ProjectObject:
    try:
        stored = storage.storage_in(settings.of_project(project))
    except (StorageFailed, NotFound):  # which should not keep the others from being shown
        stored = None
    return ProjectObject.of(project, keys, stored)


def _place(project: str) -> tuple[bool, str]:
    return project != projects.DEFAULT, project


@router.post("/v1/admin/projects")
def create(access: TheAccess, settings: TheSettings, body: NewProject) -> ProjectObject:
    known = access.projects.ids()
    project = access.projects.make(body.name)
    if project in known:
        raise Invalid(f"There is a project {body.name!r} already, with the id {project!r}.", "name")
    storage.limit(settings.of_project(project), max_files=body.max_files, max_bytes=body.max_bytes)
    return _project(settings, project, 0)


@router.get("/v1/admin/projects/{project_id}")
def retrieve(access: TheAccess, settings: TheSettings, project_id: str) -> ProjectObject:
    access.projects.check(project_id)
    return _project(settings, project_id, access.keys.usable().get(project_id, 0))


@router.post("/v1/admin/projects/{project_id}")
def change(access: TheAccess, settings: TheSettings, project_id: str, body: ProjectChange) -> ProjectObject:
    """Set how much the project may keep, from now on; what is kept already stays, even if it is more."""
    access.projects.check(project_id)
    storage.limit(settings.of_project(project_id), **body.model_dump(exclude_unset=True))
    return retrieve(access, settings, project_id)


@router.delete("/v1/admin/projects/{project_id}")
def delete(access: TheAccess, settings: TheSettings, project_id: str) -> ProjectDeleted:
    """Delete all files, stores and answers of a project, and revoke its keys."""
    access.delete_project(settings, project_id)
    return ProjectDeleted(id=project_id)
