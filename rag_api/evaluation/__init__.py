"""`rag-eval`: how good retrieval and answers are on judged questions, through the normal pipelines.

Read in this order: collection (what is asked, and what is right), measures, evaluate, report, __main__.
"""
