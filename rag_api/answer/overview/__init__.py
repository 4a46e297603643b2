"""Overviews: questions about whole documents, told apart without a model, and what is given in place of passages.

Read `request` (what is asked), `meant` and `naming` (of which documents), `outline` and `beginnings` (what they are
about), then `retriever`. The phrases are in `answer.language.overviews`.
"""
