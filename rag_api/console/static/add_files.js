// Adding files to a store: dropped or chosen, and one bar for all that are on their way.
import { API, get, useLoad } from "./api.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { address } from "./route.js";
import { useShared } from "./shared.js";
import { DONE, FAILED, READING, SENDING, WAITING, add, clear, dropped, meant, number, retry, uploads } from "./uploads.js";
import { count } from "./words.js";

export function AddFiles({ store, first }) {
  const [over, setOver] = useState(false);
  const [left, setLeft] = useState(0); // hidden and empty files
  const files = useRef();
  const folder = useRef();

  function take(chosen) {
    const wanted = meant(chosen);
    setLeft(chosen.length - wanted.length);
    add(wanted, store);
  }
  const chosen = (event) => {
    take([...event.currentTarget.files]);
    event.currentTarget.value = ""; // so that the same can be chosen again
  };
  return html`<section aria-label="Add files" class=${["drop", first && "first", over && "over"].filter(Boolean).join(" ")}
    onDragOver=${(event) => { event.preventDefault(); setOver(true); }} onDragLeave=${() => setOver(false)}
    onDrop=${async (event) => { event.preventDefault(); setOver(false); take(await dropped(event.dataTransfer)); }}>
    <p>Drop files or a folder here, or
      <button class="main" data-key="u" onClick=${() => files.current.click()}>Choose files</button>
      <button onClick=${() => folder.current.click()}>Choose a folder</button></p>
    <input type="file" multiple hidden ref=${files} aria-label="Files" onChange=${chosen} />
    <input type="file" multiple webkitdirectory hidden ref=${folder} aria-label="Folder" onChange=${chosen} />
    ${left > 0 && html`<p class="faint">${count(left, "empty or hidden file")} left out.</p>`}
    <${Progress} store=${store} />
  </section>`;
}

function Progress({ store }) {
  const { items } = useShared(uploads);
  const [said, setSaid] = useState("");
  const done = number(DONE), failed = number(FAILED), sending = number(WAITING, SENDING);
  const line = `${done} of ${items.length} read${failed ? `, ${failed} failed` : ""}`;
  const latest = useRef();
  latest.current = items.length ? `${line}. ${sending ? "" : "This page may be closed."}` : "";
  // A screen reader is told at most every two seconds.
  useEffect(() => {
    const timer = setInterval(() => setSaid(latest.current), 2000);
    return () => clearInterval(timer);
  }, []);
  if (!items.length) return null;
  const busy = sending + number(READING);
  return html`<div class="progress">
    <label>${line} <progress max=${items.length} value=${done + failed + number(READING) / 2} /></label>
    <p>${sending
      ? `Keep this page open until all are sent: ${count(sending, "file is", "files are")} not yet.`
      : busy
        ? "All are sent: this page may be closed, and reading goes on."
        : "All are read."}
      ${!busy && done > 0 && html` <a class="button" href=${address({ screen: "ask", search: { store } })}>Ask about them</a>`}
      ${!busy && html` <button onClick=${clear}>Close</button>`}</p>
    <p class="unseen" role="status">${said}</p>
    <ul>${items.filter(({ state }) => state !== DONE).slice(0, 50).map((item) => html`<li class=${item.state}>
      <span>${item.name}</span> <em>${SAID[item.state](item)}</em>
      ${item.state === FAILED && !item.kept && html` <button onClick=${() => retry(item)} aria-label=${`Try again: ${item.name}`}>Try again</button>`}</li>`)}</ul>
  </div>`;
}

const SAID = {
  [WAITING]: () => "waits",
  [SENDING]: ({ share }) => `sent to ${Math.floor(share * 100)} %`,
  [READING]: () => "is being read",
  [FAILED]: ({ reason }) => reason,
};

// Where there is nothing yet.
export function FirstVisit({ store }) {
  const [samples, setSamples] = useState([]);
  const models = useLoad((signal) => get("models", signal), []);
  const model = models.value?.data[0].id; // the one that answers where a request names none
  const url = new URL("samples", new URL("console/", document.baseURI));
  useEffect(() => {
    fetch(url).then((response) => response.json()).then(setSamples, () => {});
  }, []);
  async function trySamples() {
    const files = samples.map(async (name) => new File([await (await fetch(`${url}/${name}`)).blob()], name));
    add(await Promise.all(files), store);
  }
  return html`<section class="first-steps" aria-label="First steps">
    ${samples.length > 0 && html`<p>Nothing at hand? <button onClick=${trySamples}>Try ${samples.length} sample documents</button></p>`}
    <p>A folder with thousands of files is faster by the command line, which goes on where it was stopped:</p>
    <pre tabindex="0"><code>rag-ingest add --url ${API.href.slice(0, -1)} FOLDER</code></pre>
    ${model && html`<p>${model === "extractive"
      ? html`Answers come from the built-in model, which quotes your documents. To have a language model write them, start the server with <code>OPENAI_BASE_URL</code> and <code>RAG_MODEL</code>.`
      : html`Answers are written by <strong>${model}</strong>, from passages of your documents.`}</p>`}
  </section>`;
}
