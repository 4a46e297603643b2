"""The corpus: everything that keeps documents, opened and closed together."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from ingest import rerank
from ingest.blobs import Blobs, open_blobs
from ingest.convert.file_converter import FileConverter
from ingest.convert.sandbox import Sandbox
from ingest.convert.steps import NONE as NO_STEPS
from ingest.convert.steps import load as load_steps
from ingest.data_folder import RECORDS, RESERVE, check_restored, hold
from ingest.embed import Embeddings, open_embeddings
from ingest.errors import StorageFailed
from ingest.index.backend import ChunkStore, Index, Kept, Mended, open_index
from ingest.query import Searcher
from ingest.records import sqlite
from ingest.records.batches import Batches
from ingest.records.cleanup import Cleanup, LeftToKeeper
from ingest.records.database import Database, open_database
from ingest.records.files import Files, some_kept
from ingest.records.last_use import LastUse
from ingest.records.leases import Lease
from ingest.records.listing import Listing
from ingest.records.reserve import Reserve
from ingest.records.store_files import Chunking, StoreFiles
from ingest.records.stores import Stores
from ingest.records.uploads import Uploads
from ingest.rerank import CrossEncoder, open_cross_encoder
from ingest.search.accounting import AccountingSearcher
from ingest.search.attached import AttachedFiles
from ingest.search.documents import Documents
from ingest.search.named_files import NamedFilesSearcher
from ingest.search.pages import Pages
from ingest.search.passages import PassageRetriever
from ingest.search.query_expansion import ExpandingSearcher
from ingest.search.reranking import RerankingSearcher
from ingest.settings import Settings
from ingest.work.expiry import Expiry
from ingest.work.figures import Figures, count
from ingest.work.index_cleaner import IndexCleaner
from ingest.work.jobs import Jobs
from ingest.work.pipeline import ingestion_pipeline, steps
from ingest.work.worker import Worker

logger = logging.getLogger(__name__)

WAITED_FOR = 3
"""Processes that read files for which somebody waits. Beside them and those of the queue, small files have one, as
`Worker` says."""


@dataclass(frozen=True)
class Corpus:
    settings: Settings
    database: Database
    lease: Lease
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
    documents: Documents
    attached: AttachedFiles
    pages: Pages
    converter: FileConverter
    worker: Worker
    expiry: Expiry
    cleanup: Cleanup
    steps_version: str
    """Of the operator's own steps; empty without any."""
    shared: "Parts"
    """What other corpora of this process may use as well, as long as this one is open."""

    def figures(self) -> Figures:
        """How much there is, counted now. Raises `StorageFailed`."""
        return count(self.database, self.index.store)


@dataclass(frozen=True)
class Parts:
    """Parts of a corpus that are handed in instead of made by the settings; whoever hands them in closes them."""

    sandbox: Sandbox | None = None
    blobs: Blobs | None = None
    index: Index | None = None
    embeddings: Embeddings | None = None
    cross_encoder: CrossEncoder | None = None
    kept: bool = False
    """Whether another process of this machine keeps the data folder: it ingests and writes the index, and this one only
    looks. It is to be ended before the other."""


BY_SETTINGS = Parts()


def _are_lost(done: list[str], chunks: ChunkStore) -> bool:
    """Whether none of these store files has chunks: the index was emptied, or is that of another data folder."""
    theirs = {"field": "meta.store_file_id", "operator": "in", "value": done}
    return bool(done) and not chunks.count_documents_by_filter(theirs)


@contextmanager
def open_corpus(settings: Settings, parts: Parts = BY_SETTINGS, *, searched: bool = True) -> Iterator[Corpus]:
    """Open the data folder, finish what a crash left undone, and close all at the end of the block. Raises
    `FolderInUse`, `StorageFailed`, and `Invalid` for an unknown index backend.

    Not `searched`, for a process that only ingests, indexing takes less work.
    """
    folder = settings.data_dir
    own_steps = load_steps(settings.ingest_steps, settings.pipeline_modules) if settings.ingest_steps else NO_STEPS
    with ExitStack() as opened:
        if not parts.kept and opened.enter_context(hold(folder)) and settings.database_url is None:
            sqlite.tell_lost_log(folder / RECORDS)
        check_restored(folder)
        reserve = Reserve(folder / RESERVE)
        reserve.open()
        database = open_database(settings, reserve=reserve)
        opened.callback(database.close)
        embeddings = parts.embeddings or _own_embeddings(settings, opened)
        index = parts.index
        if index is None:
            index = open_index(settings, embeddings, searched=searched, kept=parts.kept)
            opened.callback(index.close)
        blobs = parts.blobs or open_blobs(settings)
        blobs.expect(some_kept(database))
        try:
            blobs.check_there()
        except StorageFailed as error:  # what was read of the files can be searched
            logger.error("%s", error.message)
        # Who holds the folder is the only one that ingests from it.
        lease = Lease(database, alone=settings.database_url is None and not parts.kept, seconds=settings.lease_s)
        opened.callback(lease.stop)
        cleanup = (LeftToKeeper if parts.kept else Cleanup)(database, blobs, index.store, lease)
        if not parts.kept:
            cleanup.run_all()
        cleanup.kept.check_known()
        if database.in_shared_folder and lease.alone:
            opened.enter_context(IndexCleaner(database, cleanup))
        last_use = LastUse(database)
        opened.callback(last_use.write)
        chunking = Chunking(settings.chunk_tokens, settings.chunk_overlap_tokens)
        store_files = StoreFiles(database, cleanup, last_use, chunking)
        stores = Stores(database, store_files, cleanup, last_use)
        files = Files(database, blobs, store_files, cleanup)
        uploads = Uploads(database, blobs, files, cleanup, max_file_bytes=settings.max_file_bytes)
        jobs = Jobs(database, cleanup, lease)
        if not parts.kept:
            jobs.recover()
            opened.enter_context(lease.telling(jobs.take_up))
        lost = not parts.kept and index.durable and _are_lost(jobs.some_done(), index.store)
        if lost:
            place = index.store.place if isinstance(index.store, Kept) else "the index"
            logger.warning("All chunks of the files are gone from %s: they are ingested again.", place)
        converter = FileConverter(
            workers=settings.conversion_processes + 1 + WAITED_FOR,
            memory_mb=settings.conversion_memory_mb,
            max_seconds=settings.conversion_timeout_s,
            steps=steps(settings.language, own_steps),
            ocr_languages=settings.ocr_language_list,
            sandbox=parts.sandbox,
            confinement=settings.sandbox,
        )
        opened.callback(converter.close)
        searcher: Searcher = ExpandingSearcher(index.searcher) if settings.query_expansion else index.searcher
        searcher = NamedFilesSearcher(AccountingSearcher(searcher))
        cross_encoder = parts.cross_encoder or _own_cross_encoder(settings, opened)
        if cross_encoder:
            searcher = RerankingSearcher(searcher, cross_encoder, settings.rerank or rerank.PASSAGES)
        pipeline = ingestion_pipeline(converter, index.store, embeddings)

        def abort() -> None:
            converter.close()
            if embeddings and not parts.embeddings:
                embeddings.close()

        expiries = [
            files.expire,
            uploads.expire,
            stores.expire,
            cleanup.run_left,
            cleanup.kept.expire,
            cleanup.kept.sweep,
            reserve.make,
        ]
        if isinstance(index.store, Mended):
            expiries.append(index.store.mend_as_told)
        if parts.kept:
            expiries = []
        yield Corpus(
            settings=settings,
            database=database,
            lease=lease,
            blobs=blobs,
            files=files,
            uploads=uploads,
            stores=stores,
            store_files=store_files,
            batches=Batches(database, store_files),
            jobs=jobs,
            index=index,
            embeddings=embeddings,
            passages=PassageRetriever(searcher, store_files, copies=True),
            documents=Documents(Listing(database), index.store, last_use),
            attached=AttachedFiles(files, blobs, Listing(database), index.store, converter, chunking),
            pages=Pages(files, converter.sandbox, settings.ocr_language_list),
            converter=converter,
            worker=Worker(
                jobs,
                blobs,
                pipeline,
                store_files.added,
                slots=settings.conversion_processes,
                abort=abort,
                index_is_empty=lost or not index.durable,
            ),
            expiry=opened.enter_context(Expiry(expiries)),
            cleanup=cleanup,
            steps_version=converter.steps_version,
            shared=Parts(
                kept=parts.kept, sandbox=converter.sandbox, embeddings=embeddings, cross_encoder=cross_encoder
            ),
        )


def _own_embeddings(settings: Settings, opened: ExitStack) -> Embeddings | None:
    key = settings.embeddings_api_key
    embeddings = open_embeddings(
        settings.embeddings, settings.embeddings_base_url, key.get_secret_value() if key else None
    )
    if embeddings:
        opened.callback(embeddings.close)
    return embeddings


def _own_cross_encoder(settings: Settings, opened: ExitStack) -> CrossEncoder | None:
    key = settings.rerank_api_key
    model = open_cross_encoder(settings.rerank_model, settings.rerank_base_url, key.get_secret_value() if key else None)
    if model:
        opened.callback(model.close)
    return model
