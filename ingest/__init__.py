"""Documents in: kept, read, cut into chunks and indexed, so that a question finds its passage.

A file's bytes are kept first (`blobs`, `files`), and in the same transaction it is put into a store (`stores`). From
then on it is a job (`jobs`) that a worker (`worker`) takes through the Haystack pipeline (`pipeline`): a sandboxed
process reads its text (`convert`) and cuts it into chunks (`split`), which are written to the index (`index`), with
their vectors if a model is set (`embed`). Large files may come in parts (`uploads`); what is to end by itself is ended
by a sweep (`sweep`).
`passages` searches there. `corpus` opens all of these together; whoever asks the questions, such as `rag_api`, imports
this package and is never imported by it, because the index belongs to the one who writes it.

Read in this order: settings, errors, corpus, files, stores, jobs, worker, pipeline, query, passages.
"""

import os

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "false")  # must be set before Haystack is first imported
