"""Everything that keeps documents, opened together and closed together."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from ingest.blobs import Blobs, LocalBlobs
from ingest.convert.file_converter import FileConverter
from ingest.data_folder import hold
from ingest.embed import Embeddings, open_embeddings
from ingest.index import Index, open_index
from ingest.records.batches import Batches
from ingest.records.cleanup import Removals
from ingest.records.database import Database
from ingest.records.files import Files
from ingest.records.last_use import Activity
from ingest.records.store_files import Chunking, StoreFiles
from ingest.records.stores import Stores
from ingest.records.uploads import Uploads
from ingest.search.passages import PassageRetriever
from ingest.search.query_expansion import ExpandingSearcher
from ingest.settings import Settings
from ingest.upkeep.backup import check_restored
from ingest.work.expiry import Sweeper
from ingest.work.jobs import Jobs
from ingest.work.pipeline import ingestion_pipeline, steps
from ingest.work.worker import Worker


@dataclass(frozen=True)
class Corpus:
    settings: Settings
    database: Database
    blobs: Blobs
    files: Files
    uploads: Uploads
    stores: Stores
    store_files: StoreFiles
    batches: Batches
    jobs: Jobs
    index: Index
    embeddings: Embeddings | None
    passages: PassageRetriever
    worker: Worker
    sweeper: Sweeper


@contextmanager
def open_corpus(settings: Settings, *, searched: bool = True) -> Iterator[Corpus]:
    """Open the data folder, finish what a crash left undone, and close all again. Raises `FolderInUse`.

    A process that only ingests, where nothing is `searched`, does so with less work."""
    folder = settings.data_dir
    with ExitStack() as opened:
        opened.enter_context(hold(folder))
        check_restored(folder)
        database = Database.open(folder / "records.db")
        opened.callback(database.close)
        key = settings.embeddings_api_key
        embeddings = open_embeddings(
            settings.embeddings, settings.embeddings_base_url, key.get_secret_value() if key else None
        )
        if embeddings:
            opened.callback(embeddings.close)
        index = open_index(settings.index_backend, folder / "index", embeddings, searched=searched)
        opened.callback(index.close)
        blobs = LocalBlobs(folder / "blobs")
        removals = Removals(database, blobs, index.store)
        removals.carry_out_all()
        activity = Activity(database)
        opened.callback(activity.write)
        chunking = Chunking(settings.chunk_tokens, settings.chunk_overlap_tokens)
        store_files = StoreFiles(database, removals, activity, chunking)
        stores = Stores(database, store_files, removals, activity)
        files = Files(database, blobs, store_files, removals)
        uploads = Uploads(database, blobs, files, removals, max_file_bytes=settings.max_file_bytes)
        jobs = Jobs(database, removals)
        jobs.recover(index_is_empty=not index.durable)
        converter = FileConverter(
            workers=settings.conversion_processes + 1,
            memory_mb=settings.conversion_memory_mb,
            max_seconds=settings.conversion_timeout_s,
            steps=steps(settings.language),
        )
        opened.callback(converter.close)
        pipeline = ingestion_pipeline(converter, index.store, embeddings)

        def cut_off() -> None:
            converter.close()
            if embeddings:
                embeddings.close()

        yield Corpus(
            settings=settings,
            database=database,
            blobs=blobs,
            files=files,
            uploads=uploads,
            stores=stores,
            store_files=store_files,
            batches=Batches(database, store_files),
            jobs=jobs,
            index=index,
            embeddings=embeddings,
            passages=PassageRetriever(
                ExpandingSearcher(index.searcher) if settings.feedback else index.searcher, store_files
            ),
            worker=Worker(
                jobs, blobs, pipeline, store_files.added, places=settings.conversion_processes, cut_off=cut_off
            ),
            sweeper=opened.enter_context(Sweeper([files.sweep, uploads.sweep, stores.sweep])),
        )
