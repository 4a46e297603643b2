"""Overviews: questions about whole documents, told apart without a model, and what is given in place of passages.

Read `request`, then `naming`, then `retriever`; the phrases are in `answer.language.overviews`.
"""
