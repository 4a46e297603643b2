from tests.ingest.convert.conversion import Convert


def test_it_is_kept_as_written(convert: Convert) -> None:
    text = "# A\n\n- *one*\n- [two](http://x)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\n---\n```\n"
    document = convert("notes.md", text)
    assert document.content == text
    assert document.meta["markup"] == "markdown"


def test_underlined_headings_get_hashes(convert: Convert) -> None:
    text = "Title\n=====\n\nText.\n\nPart one\n--------\nText.\n"
    assert convert("notes.md", text).content == "# Title\n\nText.\n\n## Part one\nText.\n"


def test_rules_under_other_lines_make_no_headings(convert: Convert) -> None:
    text = "A paragraph\nof two lines\n---\n\n- item\n---\n\n---\n"
    assert convert("notes.md", text).content == text


def test_front_matter_gives_the_title_and_goes(convert: Convert) -> None:
    document = convert("notes.md", '---\ntitle: "The title"\ntags: [a]\n---\nText.\n')
    assert (document.content, document.meta["title"]) == ("Text.\n", "The title")


def test_a_rule_on_the_first_line_is_no_front_matter(convert: Convert) -> None:
    assert convert("notes.md", "---\n\nText without an end.\n").content == "---\n\nText without an end.\n"
