"""Everything that keeps documents, opened together and closed together."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from ingest.blobs import Blobs, LocalBlobs
from ingest.convert.component import FileConverter
from ingest.database import Database
from ingest.files import Files
from ingest.index import Index, open_index
from ingest.jobs import Jobs
from ingest.lock import hold
from ingest.passages import PassageRetriever
from ingest.pipeline import ingestion_pipeline
from ingest.removals import Removals
from ingest.settings import Settings
from ingest.stores import Chunking, StoreFiles, Stores
from ingest.worker import Worker


@dataclass(frozen=True)
class Corpus:
    settings: Settings
    blobs: Blobs
    files: Files
    stores: Stores
    store_files: StoreFiles
    jobs: Jobs
    index: Index
    passages: PassageRetriever
    worker: Worker


@contextmanager
def open_corpus(settings: Settings) -> Iterator[Corpus]:
    """Open the data folder, finish what a crash left undone, and close all again. Raises `FolderInUse`."""
    folder = settings.data_dir
    with ExitStack() as opened:
        opened.enter_context(hold(folder))
        database = Database.open(folder / "records.db")
        opened.callback(database.close)
        index = open_index(settings.index_backend, folder / "index")
        opened.callback(index.close)
        blobs = LocalBlobs(folder / "blobs")
        removals = Removals(database, blobs, index.store)
        removals.carry_out_all()
        stores = Stores(database)
        store_files = StoreFiles(database, removals, Chunking(settings.chunk_tokens, settings.chunk_overlap_tokens))
        jobs = Jobs(database, removals)
        jobs.recover(index_is_empty=not index.durable)
        converter = FileConverter(
            workers=settings.conversion_processes,
            memory_mb=settings.conversion_memory_mb,
            max_seconds=settings.conversion_timeout_s,
        )
        opened.callback(converter.close)
        pipeline = ingestion_pipeline(converter, index.store)
        yield Corpus(
            settings=settings,
            blobs=blobs,
            files=Files(database, blobs, store_files, removals),
            stores=stores,
            store_files=store_files,
            jobs=jobs,
            index=index,
            passages=PassageRetriever(index.retriever, store_files),
            worker=Worker(jobs, blobs, pipeline, store_files.added, cut_off=converter.close),
        )
