// Where a citation stands: the page as a picture with the quoted words marked, and always as text; in formats without
// pages, the passage with what stands before and behind it.
import { get, post, query, useLoad } from "./api.js";
import { download, picture } from "./bytes.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { Passage } from "./passage.js";
import { styles } from "./screen.js";
import { quoted } from "./words.js";

await styles("source.css");

const SAID = {
  exact: "The quoted words are marked.",
  close: "What could be found of the quoted words is marked.",
};
const PHONE = matchMedia("(max-width: 52rem)"); // where it takes the place of the screen, and of its heading
const PICTURE = /\.(?:png|jpe?g|tiff?|webp|gif|bmp)$/i; // is a page without a number
// As much as the API takes.
const MOST_WIDTH = 2400, MOST_PAGES = 20, LONGEST_QUOTE = 20_000;

export function Source({ citations, number, onTurn, onClose }) {
  const citation = citations[number];
  const first = firstPage(citation);
  const [page, setPage] = useState(first);
  const [asText, setAsText] = useState(false);
  const heading = useRef();
  useEffect(() => {
    setPage(first);
    heading.current.focus();
  }, [citation]);
  const loaded = useLoad(async (signal) => first && { citation, ...(await marksOf(citation, signal)) }, [citation]);
  const marks = loaded.value?.citation === citation ? loaded.value : null; // not those of the citation before
  const drawn = first && !loaded.error;
  const pages = marks?.page_count;
  const turn = (by) => onTurn(number + by);

  return html`<aside class="source" aria-label="Source" onKeyDown=${(event) => event.key === "Escape" && onClose()}>
    <header>
      <${PHONE.matches ? "h1" : "h2"} ref=${heading} tabindex="-1">${citation.filename}${citation.page_start && html`<small> page ${page}${pages ? ` of ${pages}` : ""}</small>`}<//>
      ${drawn && citation.page_start && html`<button class="plain" aria-label="Previous page" disabled=${page <= 1} onClick=${() => setPage(page - 1)}>‹</button>
        <button class="plain" aria-label="Next page" disabled=${!pages || page >= pages} onClick=${() => setPage(page + 1)}>›</button>`}
      <button class="plain" aria-label="Close source" onClick=${onClose}>✕</button>
    </header>
    <div class="row">
      ${citations.length > 1 && html`<button data-key="[" disabled=${number === 0} onClick=${() => turn(-1)}>Previous citation</button>
        <button data-key="]" disabled=${number === citations.length - 1} onClick=${() => turn(1)}>Next citation</button>`}
      ${drawn && html`<button aria-pressed=${asText} onClick=${() => setAsText(!asText)}>As text</button>`}
      ${opens(citation.url)
        ? html`<a class="button" href=${citation.url} target="_blank" rel="noopener noreferrer">Open the file</a>`
        : html`<button onClick=${() => download(citation.file_id, citation.filename)}>Download the file</button>`}
    </div>
    ${drawn && !asText
      ? html`<${Sheet} citation=${citation} page=${page} marks=${marks} />`
      : html`${loaded.error && html`<p class="note">${loaded.error.message}</p>`}<${Surroundings} citation=${citation} />`}
    ${!citation.isFound && html`<p class="faint">The words that are cited:</p>
    <blockquote>${quoted(citation.quote)}</blockquote>`}
  </aside>`;
}

// A link that is signed opens for a day; what is kept for longer is fetched with the key.
function opens(url) {
  const expires = url && new URL(url).searchParams.get("expires");
  return url && (!expires || expires > Date.now() / 1000);
}

const firstPage = ({ page_start, filename }) => page_start || (PICTURE.test(filename) && 1);

function marksOf(citation, signal) {
  const first_page = firstPage(citation);
  const last_page = Math.min(citation.page_end ?? first_page, first_page + MOST_PAGES - 1);
  return post(`files/${citation.file_id}/marks`, { quote: citation.quote.slice(0, LONGEST_QUOTE), first_page, last_page }, signal);
}

function Sheet({ citation, page, marks }) {
  const [image, setImage] = useState("");
  const [fault, setFault] = useState("");
  const sheet = useRef();
  const mark = useRef();
  useEffect(() => {
    const stopper = new AbortController();
    let url = "";
    setFault("");
    const width = Math.min(MOST_WIDTH, Math.max(600, Math.round(sheet.current.clientWidth * devicePixelRatio)));
    picture(`files/${citation.file_id}/pages/${page}.png?${query({ width })}`, stopper.signal).then(
      (made) => setImage((url = made)),
      (error) => error.name === "AbortError" || setFault(error.message),
    );
    return () => {
      stopper.abort();
      URL.revokeObjectURL(url);
      setImage("");
    };
  }, [citation.file_id, page]);
  const shown = marks?.pages.find((each) => each.page === page);
  const boxes = shown?.boxes ?? [];
  useEffect(() => {
    if (image && boxes.length) mark.current.scrollIntoView({ block: "center" });
  }, [image, marks]);

  return html`
    <p class="faint" role="status">${!marks ? "Looking for the words …" : boxes.length ? SAID[marks.match] : marks.reason ?? ""}</p>
    ${fault && html`<p class="fault" role="alert">${fault}</p>`}
    <div class="sheet" ref=${sheet} aria-busy=${!image && !fault}>
      ${image && html`<img src=${image} alt=${`Page ${page} of ${citation.filename}`} />
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">${boxes.map(
          (box, index) => html`<rect ref=${index ? null : mark} x=${box.left} y=${box.top} width=${box.width} height=${box.height} />`,
        )}</svg>`}
    </div>`;
}

const AROUND = 1; // passages before and behind

function Surroundings({ citation }) {
  const { file_id, vector_store_id: store, chunk_start, chunk_end, quote } = citation;
  const known = store && chunk_start !== undefined && chunk_start !== null;
  const mark = useRef();
  const first = Math.max(chunk_start - AROUND, 0);
  const limit = Math.min(50, (chunk_end ?? chunk_start) + AROUND - first + 1);
  const path = `vector_stores/${store}/files/${file_id}/chunks?${query({ first, limit })}`;
  const list = useLoad(async (signal) => (known ? (await get(path, signal)).data : []), [citation]);
  useEffect(() => mark.current?.scrollIntoView({ block: "center" }), [list.value]);
  if (!known) return null;
  if (list.error) return html`<p class="fault" role="alert">${list.error.message}</p>`;
  const chunks = list.value ?? [];
  const text = joined(chunks);
  return html`<${Passage} text=${text} headings=${chunks.flatMap((chunk) => chunk.headings)} marks=${found(text, quote)} first=${mark} aria-busy=${list.value === undefined} />`;
}

// Chunks overlap; each says where in the text of the file it stands, in characters. A heading has a line before it.
function joined(chunks) {
  let text = "";
  let end = 0;
  for (const chunk of chunks) {
    const characters = [...chunk.text];
    text += text && chunk.start > end ? (chunk.text.startsWith("#") ? "\n\n" : "\n") + chunk.text : characters.slice(Math.max(0, text ? end - chunk.start : 0)).join("");
    end = chunk.end;
  }
  return text;
}

// Where the quote begins and ends, if it stands there. Spaces and line breaks do not count.
function found(text, quote) {
  const words = quote.trim().split(/\s+/).map((word) => RegExp.escape?.(word) ?? word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const match = quote.trim() && new RegExp(words.join("\\s+")).exec(text);
  return match ? [[match.index, match.index + match[0].length]] : [];
}
