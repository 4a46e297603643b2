"""Office documents and books, from the upload to the citation."""

from openai import OpenAI

from tests.ingest.convert.office_files import epub, opendocument, pptx, rows, run, shape, slide, xls, xlsx
from tests.official_client import put

PENGUINS = [["Animal", "Food"], ["penguin", "squid and krill"]]

FILES = {
    "herons.pptx": pptx(
        slide(shape(run("Birds"), "title")),
        slide(""),
        slide(shape(run("Herons"), "title") + shape(run("Herons eat frogs and fish."))),
    ),
    "penguins.xlsx": xlsx({"First": rows(["nothing", "here"]), "Penguins": rows(*PENGUINS)}),
    "storks.xls": xls("Storks", ["Animal", "Food"], ["stork", "mice and beetles"]),
    "owls.odt": opendocument("text", "<text:h>Owls</text:h><text:p>Owls eat voles and shrews.</text:p>"),
    "ducks.rtf": rb"{\rtf1\ansi\pard Ducks eat weeds and snails.\par}",
    "swifts.epub": epub({"a.xhtml": "<p>Swifts eat gnats and aphids.</p>"}),
}
# By the bird, the words that the answer quotes, and the slide or sheet they are on.
ANSWERS = {
    "herons.pptx": ("frogs and fish", 3),
    "penguins.xlsx": ("squid and krill", 2),
    "storks.xls": ("mice and beetles", 1),
    "owls.odt": ("voles and shrews", None),
    "ducks.rtf": ("weeds and snails", None),
    "swifts.epub": ("gnats and aphids", None),
}


def test_each_format_is_found_and_cited_with_its_slide_or_sheet(client: OpenAI) -> None:
    for name, content in FILES.items():
        assert put(client, name, content).status == "completed"
    for name, (words, page) in ANSWERS.items():
        bird = name.partition(".")[0]
        [found, *_] = client.vector_stores.search("vs_default", query=words).data
        assert found.filename == name
        assert words in found.content[0].text
        answer = client.chat.completions.create(
            model="extractive", messages=[{"role": "user", "content": f"What food do {bird} eat: {words}?"}]
        )
        cited = [citation.model_extra or {} for citation in answer.choices[0].message.annotations or []]
        assert (name, page) in [(extra["filename"], extra["page_start"]) for extra in cited]
