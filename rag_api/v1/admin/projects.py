"""`/v1/admin/projects`: make, list and delete projects, whose documents are kept apart."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from ingest import projects
from ingest.errors import Invalid
from rag_api.deps import TheAccess, TheSettings
from rag_api.http.json_body import JsonRoute
from rag_api.v1.body import Body
from rag_api.v1.paging import ListOf

router = APIRouter(tags=["projects"], route_class=JsonRoute)


class NewProject(Body):
    name: Annotated[str, Field(max_length=projects.LONGEST_NAME)]


class ProjectObject(BaseModel):
    id: str
    object: Literal["project"] = "project"
    name: str
    keys: int
    """Those that were not revoked."""

    @classmethod
    def of(cls, project: str, keys: int) -> "ProjectObject":
        return cls(id=project, name=projects.name_of(project), keys=keys)


class ProjectDeleted(BaseModel):
    id: str
    object: Literal["project.deleted"] = "project.deleted"
    deleted: Literal[True] = True


@router.get("/v1/admin/projects")
def list_projects(
    access: TheAccess,
    settings: TheSettings,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: str | None = None,
) -> ListOf[ProjectObject]:
    """`default`, then the other projects by name."""
    known = projects.ids(settings.data_dir)
    later = [each for each in known if after is None or _place(each) > _place(after)]
    keys = access.keys.usable()
    return ListOf.of([ProjectObject.of(each, keys.get(each, 0)) for each in later[:limit]], len(later) > limit)


def _place(project: str) -> tuple[bool, str]:
    return project != projects.DEFAULT, project


@router.post("/v1/admin/projects")
def create(settings: TheSettings, body: NewProject) -> ProjectObject:
    known = projects.ids(settings.data_dir)
    project = projects.make(settings.data_dir, body.name)
    if project in known:
        raise Invalid(f"There is a project {body.name!r} already, with the id {project!r}.", "name")
    return ProjectObject.of(project, 0)


@router.get("/v1/admin/projects/{project_id}")
def retrieve(access: TheAccess, settings: TheSettings, project_id: str) -> ProjectObject:
    projects.folder_of(settings.data_dir, project_id)
    return ProjectObject.of(project_id, access.keys.usable().get(project_id, 0))


@router.delete("/v1/admin/projects/{project_id}")
def delete(access: TheAccess, settings: TheSettings, project_id: str) -> ProjectDeleted:
    """Delete all files, stores and answers of a project, and revoke its keys."""
    access.delete_project(settings.data_dir, project_id)
    return ProjectDeleted(id=project_id)
