"""Documents in: kept, read, cut into chunks and indexed, so that a question finds its passage.

A file's bytes are kept first (`blobs`); its record puts it into a store in the same transaction (`records`). From then
on it is a job that a worker takes through the Haystack pipeline (`work`): a sandboxed process reads its text
(`convert`) and cuts it into chunks (`chunk`), which are written to the index (`index`), with their vectors if a model
is set (`embed`). Passages are found there (`search`). `corpus` opens all of these together.

`rag_api`, which asks the questions, imports this package, never the other way round: the index belongs to whoever
writes it.

Read in this order: settings, errors, corpus, records/files, records/stores, work/jobs, work/worker, work/pipeline,
query, search/passages.
"""

import os

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "false")  # must be set before Haystack is first imported
