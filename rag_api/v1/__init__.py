"""The only folder that speaks OpenAI; the path of a file is the path of its URLs."""

from rag_api.v1 import chat, conversations, files, models, responses, uploads, vector_stores

# What is asked most comes first: FastAPI looks through all that come before, and twice at each level.
ROUTERS = [
    vector_stores.router,
    files.router,
    chat.router,
    responses.router,
    uploads.router,
    conversations.router,
    models.router,
]
