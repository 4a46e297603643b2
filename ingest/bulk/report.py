"""The progress of a run: a bar on a terminal, a line per file elsewhere, JSON for programs; and a summary at the
end."""

import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable

from tqdm import tqdm

from ingest.bulk.gather import shown
from ingest.counted import counted
from ingest.printable import printable, printable_json

SHOWN_REASONS = 20
SHOWN_FILES = 3  # of those that were skipped for one reason
ENDED_BY_READING = "added", "changed", "failed"


class Report:
    """Counts, and prints a line for each file that ends. Any thread may call its methods."""

    def __init__(self, *, dry_run: bool = False, only_news: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        self.bytes = 0
        self._skipped: Counter[str] = Counter()  # by reason
        self._first_skipped: defaultdict[str, list[str]] = defaultdict(list)
        self._dry_run = dry_run
        self._only_news = only_news  # no summary if nothing was done
        self._lock = threading.RLock()
        self._started = time.monotonic()
        self._here = shown(os.getcwd()).rstrip("/") + "/"

    def ended(self, what: str, path: str, size: int = 0, **more: str) -> None:
        """Something was done with a file: `what` is added, changed, moved, deleted ..."""
        with self._lock:
            self.counts[what] += 1
            self.bytes += size
            self._tell(what, path, more)

    def unchanged(self) -> None:
        with self._lock:
            self.counts["unchanged"] += 1

    def skipped(self, path: str, reason: str) -> None:
        with self._lock:
            self.counts["skipped"] += 1
            told = reason if reason in self._skipped or len(self._skipped) < SHOWN_REASONS else "other"
            self._skipped[told] += 1
            if self._skipped[told] <= SHOWN_FILES:
                self._first_skipped[told].append(path)

    def failed(self, path: str, reason: str) -> None:
        with self._lock:
            self.counts["failed"] += 1
            self._tell("failed", path, {"reason": reason})

    def pending(self, files: int) -> None:
        """The run was stopped before these were ingested; they are safe."""
        if files:
            self.counts["pending"] += files

    def show(self, files_read: int) -> None:
        """Update the display; called several times a second."""

    def close(self) -> None:
        """Remove the display, and print the summary."""
        if self._only_news and self.counts.keys() <= {"unchanged", "skipped"}:
            return
        seconds = time.monotonic() - self._started
        done = ", ".join(f"{number:,} {what}" for what, number in self.counts.items()) or "nothing to do"
        self._print(
            f"{'would be: ' if self._dry_run else ''}{done}; {counted(self.bytes, 'byte')} in {seconds:.1f} seconds"
        )
        for reason, number in self._skipped.most_common():
            first = [self._near(path) for path in self._first_skipped[reason]]
            self._print(f"skipped {number:,}: {reason} ({', '.join(first)}{', ...' if number > len(first) else ''})")

    def _tell(self, what: str, path: str, more: dict[str, str]) -> None:
        why = f"from {self._near(more['before'])}" if "before" in more else more.get("reason") or more.get("note")
        would = "would be " if self._dry_run else ""
        self._print(f"{would}{what:<8} {self._near(path)}{f'  ({why})' if why else ''}")

    def _near(self, path: str) -> str:
        return path.removeprefix(self._here)

    def _print(self, line: str) -> None:
        print(f"{printable(line)}\n", end="", flush=True)  # in one piece, whenever Ctrl-C comes


class JsonReport(Report):
    """One object per line; the last one is the summary."""

    def skipped(self, path: str, reason: str) -> None:
        super().skipped(path, reason)
        self._tell("skipped", path, {"reason": reason})

    def close(self) -> None:
        if self._only_news and self.counts.keys() <= {"unchanged", "skipped"}:
            return
        summary = {**self.counts, "bytes": self.bytes, "seconds": round(time.monotonic() - self._started, 3)}
        self._write({"summary": summary, "dry_run": self._dry_run})

    def _tell(self, what: str, path: str, more: dict[str, str]) -> None:
        self._write({"event": what, "path": path, **more})

    def _write(self, line: dict[str, object]) -> None:
        print(f"{printable_json(line)}\n", end="", flush=True)


class BarReport(Report):
    """A bar below the lines of all files that were not simply added; `total` returns the number of files once it is
    known."""

    def __init__(self, total: Callable[[], int | None], *, dry_run: bool = False, only_news: bool = False) -> None:
        super().__init__(dry_run=dry_run, only_news=only_news)
        self._total = total
        tqdm.monitor_interval = 0  # `show` updates it, so tqdm needs no thread
        self._bar = tqdm(unit=" files", dynamic_ncols=True, leave=False, mininterval=0)

    def show(self, files_read: int) -> None:
        with self._lock:
            ended = sum(number for what, number in self.counts.items() if what != "skipped")
            # Files that are read together end together, which may be long after the first of them was read.
            done = ended + max(0, files_read - sum(self.counts[what] for what in ENDED_BY_READING))
            total = self._total()
            self._bar.total = None if total is None else max(total, done)
            self._bar.set_postfix_str(f"{self.bytes / 1e6:,.1f} MB, {self.counts['failed']:,} failed", refresh=False)
            self._bar.update(done - self._bar.n)
            self._bar.refresh()

    def close(self) -> None:
        self._bar.close()
        super().close()

    def _tell(self, what: str, path: str, more: dict[str, str]) -> None:
        if what != "added" or "note" in more or self._dry_run:
            super()._tell(what, path, more)

    def _print(self, line: str) -> None:
        with self._lock:
            self._bar.clear()
            super()._print(line)
