"""The Haystack component that detects the language of a document."""

from haystack import Document, component

from ingest.languages import language_of_document


@component
class LanguageDetector:
    """Puts the name of the language whose stemmer is to be used into the meta of each document. With `language`, it is
    that one for all documents."""

    def __init__(self, language: str | None = None) -> None:
        self.language = language

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        for document in documents:
            document.meta["language"] = self.language or language_of_document(document.content or "").name
        return {"documents": documents}
