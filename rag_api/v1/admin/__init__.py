"""`/v1/admin`: keys, projects, the audit and the status, for a key with the scope `admin`.

The paths and shapes are our own. Those of OpenAI's administration (`/v1/organization`) do not fit: a key is made there
only with a service account, and has an owner, but no scope and no limits; a project can be archived, not deleted; and
an entry of the audit is one of a closed list of events.
"""

from fastapi import APIRouter

from rag_api.v1.admin import audit, keys, projects, status

router = APIRouter()
for part in (keys, projects, audit, status):
    router.include_router(part.router)
