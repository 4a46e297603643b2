"""`rag-eval`: how good retrieval and answers are on judged questions, through the normal pipelines.

Read in this order: collection (the questions and the right answers), measures, evaluate, report, __main__.
"""
