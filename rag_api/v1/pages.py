"""`/v1/files/{id}/pages` and `/v1/files/{id}/marks`, which are ours: what a page looks like, where a quote stands.

Each is worked out when it is asked for, in threads that its clients take turns at.
"""

from functools import partial
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field, model_validator
from starlette.concurrency import run_in_threadpool

from ingest.convert.page_view import Marked, MarkedPage
from ingest.convert.parts.boxes import Box
from ingest.convert.parts.quote import Match
from rag_api.deps import Link, TheCorpus, TheLink
from rag_api.http import fair_threads
from rag_api.http.json_body import JsonRoute
from rag_api.http.sse import unless_gone
from rag_api.v1.body import Body
from rag_api.v1.limits import MARKED, MARKED_PAGES

router = APIRouter(tags=["files"], route_class=JsonRoute)

PNG = "image/png"
COUNT = "x-page-count"
MOST_PAGE = 1_000_000
KEPT = "private, max-age=31536000, immutable"  # the bytes of a file never change


@router.get("/v1/files/{file_id}/pages/{page}.png", response_class=Response)
async def picture(
    request: Request,
    corpus: TheCorpus,
    file_id: str,
    page: Annotated[int, Path(ge=1, le=MOST_PAGE)],
    width: Annotated[int, Query(ge=200, le=2400)] = 1200,
) -> Response:
    """A page of a PDF as a picture, so many pixels wide; of a picture, where text recognition is installed. The header
    `x-page-count` says how many pages there are."""
    file = await run_in_threadpool(corpus.files.get, file_id)
    headers = {"etag": f'"{file_id}/{page}/{width}"', "cache-control": KEPT}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    drawing = fair_threads.read(partial(corpus.pages.picture, file, page, width))
    count, content = await unless_gone(request.receive, drawing)
    return Response(content, headers={**headers, COUNT: str(count)}, media_type=PNG)


class Quote(Body):
    quote: str = Field(min_length=1, max_length=MARKED)
    first_page: int = Field(ge=1, le=MOST_PAGE)
    last_page: int | None = Field(None, ge=1, le=MOST_PAGE)

    @model_validator(mode="after")
    def _few_pages(self) -> Self:
        if not 0 <= self.last - self.first_page < MARKED_PAGES:
            raise ValueError(f"'last_page' must be one of the {MARKED_PAGES} pages that begin with 'first_page'")
        return self

    @property
    def last(self) -> int:
        return self.last_page or self.first_page


class MarkBox(BaseModel):
    """In parts of the page's width and height, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of(cls, box: Box) -> "MarkBox":
        return cls(**box._asdict())


class PageMarks(BaseModel):
    page: int
    width: float
    height: float
    image_url: str
    boxes: list[MarkBox]

    @classmethod
    def of(cls, page: MarkedPage, image_url: str) -> "PageMarks":
        boxes = [MarkBox.of(box) for box in page.boxes]
        return cls(page=page.number, width=page.width, height=page.height, image_url=image_url, boxes=boxes)


class FileMarks(BaseModel):
    object: Literal["file.marks"] = "file.marks"
    match: Match
    reason: str | None
    page_count: int
    pages: list[PageMarks]

    @classmethod
    def of(cls, marked: Marked, file_id: str, link: Link) -> "FileMarks":
        return cls(
            match=marked.match,
            reason=marked.reason,
            page_count=marked.page_count,
            pages=[PageMarks.of(page, link(file_id, f"pages/{page.number}.png")) for page in marked.pages],
        )


@router.post("/v1/files/{file_id}/marks")
async def marks(request: Request, corpus: TheCorpus, link: TheLink, file_id: str, body: Quote) -> FileMarks:
    """Where on these pages of a PDF the words of a quote stand. Spaces, hyphens, case and accents do not count; `close`
    is a quote of which at least six tenths are found."""
    file = await run_in_threadpool(corpus.files.get, file_id)
    reading = fair_threads.read(partial(corpus.pages.marks, file, body.quote, body.first_page, body.last))
    return FileMarks.of(await unless_gone(request.receive, reading), file_id, link)
