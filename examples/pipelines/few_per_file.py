"""A component of one's own: it keeps an answer from being made of a single file."""

from collections import Counter

from haystack import Document, component


@component
class FewPerFile:
    """The best `top_k` documents, of each file at most so many."""

    def __init__(self, most: int = 2) -> None:
        self.most = most

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document], top_k: int) -> dict[str, list[Document]]:
        files: Counter[str] = Counter()
        kept = []
        for document in documents:
            files[document.meta["file_id"]] += 1
            if files[document.meta["file_id"]] <= self.most:
                kept.append(document)
        return {"documents": kept[:top_k]}
