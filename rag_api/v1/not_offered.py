"""What OpenAI has and this server does not: each is refused with a sentence that says what to use instead."""

ASK = "ask about your documents with POST /v1/responses or /v1/chat/completions"
FINE_TUNING = "Models are not trained here: put documents into a vector store, and " + ASK + "."
ASSISTANTS = (
    "Assistants and threads are not offered: use POST /v1/responses with the tool 'file_search', "
    "and /v1/conversations for a chat that is kept."
)
PICTURES = f"Images and videos are neither made nor read here: {ASK}."
CODE = f"No code is run here: {ASK}."

ENDPOINTS = {
    "assistants": ASSISTANTS,
    "audio": f"Speech is neither made nor understood here: {ASK}.",
    "batches": f"Batches of requests are not offered: send them one by one, as many at a time as you like; {ASK}.",
    "chatkit": f"ChatKit is not offered: {ASK}.",
    "completions": "Plain completions are not offered: use POST /v1/chat/completions.",
    "containers": CODE,
    "embeddings": "Embeddings are not offered, since passages are found by their words: put documents into a vector "
    "store, and search it with POST /v1/vector_stores/{vector_store_id}/search; or set RAG_EMBEDDINGS.",
    "evals": f"Evals are not offered: {ASK}.",
    "fine-tunes": FINE_TUNING,
    "fine_tuning": FINE_TUNING,
    "images": PICTURES,
    "moderations": f"Moderation is not offered: {ASK}.",
    "organization": "There are no organizations or users here: see /v1/admin/keys and /v1/admin/projects.",
    "realtime": f"Realtime sessions are not offered: {ASK}, with 'stream' set to true.",
    "skills": CODE,
    "threads": ASSISTANTS,
    "videos": PICTURES,
}


def endpoint(path: str) -> str | None:
    """The message for a path of OpenAI's that does not exist here; None for other paths."""
    return ENDPOINTS.get(path.removeprefix("/v1/").partition("/")[0])


SEARCH = "the tool 'file_search' searches your documents"
TOOLS = {
    "code_interpreter": f"No code is run here; {SEARCH}.",
    "computer": f"No computer is operated here; {SEARCH}.",
    "computer_use_preview": f"No computer is operated here; {SEARCH}.",
    "custom": "Custom tools are not offered: declare a tool of the type 'function'.",
    "image_generation": f"Images are not made here; {SEARCH}.",
    "local_shell": f"No commands are run here; {SEARCH}.",
    "mcp": f"No MCP server is called from here: call it yourself, behind a tool of the type 'function'; {SEARCH}.",
    "shell": f"No commands are run here; {SEARCH}.",
    "web_search": f"The web is not searched from here; {SEARCH}.",
    "web_search_preview": f"The web is not searched from here; {SEARCH}.",
}


def tool(kind: str) -> str:
    """The message for a tool other than `file_search` and `function`."""
    return TOOLS.get(kind, f"Tools of the type {kind!r} are not offered: use 'file_search' or 'function'.")
