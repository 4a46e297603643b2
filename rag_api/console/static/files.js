// The screen Files: what is in a store, how far each file has got, and why some could not be read.
import { all, get, post, query, remove, useLoad } from "./api.js";
import { AddFiles, FirstVisit } from "./add_files.js";
import { Attributes } from "./attributes.js";
import { download } from "./bytes.js";
import { Dialog } from "./dialog.js";
import { copy } from "./clipboard.js";
import { Chunks } from "./chunks.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { go, place, refine } from "./route.js";
import { rights } from "./rights.js";
import { Heading, styles } from "./screen.js";
import { useShared } from "./shared.js";
import { StoreMenu } from "./stores.js";
import { deleteSoon } from "./undo.js";
import { uploads } from "./uploads.js";
import { count, moment, size } from "./words.js";

await styles("files.css");

const STATES = { "": "all", completed: "read", in_progress: "not read yet", failed: "failed", cancelled: "cancelled" };
const LOOK_MS = 2000; // while files are being read
const TYPED_MS = 300; // after which what was typed is looked for

export function Files({ store, stores }) {
  const { search } = useShared(place);
  const { write } = useShared(rights);
  const { finished, items } = useShared(uploads);
  const { status = "", order = "", after = "", name = "" } = search;
  const path = `vector_stores/${encodeURIComponent(store)}`;
  const about = useLoad((signal) => get(path, signal), [store, finished]);
  const counts = about.value?.file_counts;
  const list = useLoad(
    (signal) => get(`${path}/files?${query({ limit: 50, filter: status, name, order, after })}`, signal),
    [store, status, name, order, after, finished, counts?.in_progress, counts?.total],
  );
  const typing = useRef();
  const [gone, setGone] = useState([]);
  const [opened, setOpened] = useState(null); // a dialog about one file

  useEffect(() => {
    if (!counts?.in_progress) return;
    const timer = setTimeout(about.again, LOOK_MS);
    return () => clearTimeout(timer);
  }, [about.value]);

  const show = (changes) => go({ screen: "files", search: { ...search, after: "", ...changes } });
  const find = (name) => {
    clearTimeout(typing.current);
    typing.current = setTimeout(() => refine({ screen: "files", search: { ...search, after: "", name } }), TYPED_MS);
  };
  const files = (list.value?.data ?? []).filter((file) => !gone.includes(file.id));
  const empty = counts?.total === 0 && !items.length;

  async function discard(file) {
    const others = await otherStores(file, store);
    if (others.length) setOpened({ dialog: DeleteFile, file, others });
    else deleteAt(file, `files/${file.id}`);
  }
  function deleteAt(file, address) {
    setOpened(null);
    setGone((before) => [...before, file.id]);
    deleteSoon(
      file.filename,
      async () => {
        await remove(address);
        about.again();
      },
      () => setGone((before) => before.filter((id) => id !== file.id)),
    );
  }

  return html`<div class="page">
    <div class="row"><${Heading}>${empty ? "Begin with your documents" : "Files"}<//>
      ${write && about.value && html`<${StoreMenu} store=${about.value} onChanged=${() => { about.again(); stores.again(); }} />`}</div>
    ${about.error && html`<p class="fault" role="alert">${about.error.message}</p>`}
    ${write && html`<${AddFiles} store=${store} first=${empty} />`}
    ${empty && (write ? html`<${FirstVisit} store=${store} />` : html`<p>There are no files in this store yet, and this key may only read.</p>`)}
    ${counts?.total > 0 && html`
      <div class="row">
        <span>${count(counts.total, "file")}${counts.in_progress ? `, ${counts.in_progress} not read yet` : ""}${counts.failed ? `, ${counts.failed} failed` : ""} · ${size(about.value.usage_bytes)} of text</span>
        <label>Show <select value=${status} onChange=${(event) => show({ status: event.currentTarget.value })}>
          ${Object.entries(STATES).map(([value, name]) => html`<option value=${value}>${name}</option>`)}</select></label>
        <label>Order <select value=${order} onChange=${(event) => show({ order: event.currentTarget.value })}>
          <option value="">newest first</option><option value="asc">oldest first</option></select></label>
        <label>Name <input type="search" maxlength="512" defaultValue=${name} onInput=${(event) => find(event.currentTarget.value)} /></label>
      </div>
      ${status === "failed" && html`<${Failures} store=${store} path=${path} write=${write} key=${path} failed=${counts.failed} onChanged=${about.again} />`}
      ${list.error && html`<p class="fault" role="alert">${list.error.message}</p>`}
      <table>
        <thead><tr><th>File</th><th>State</th><th>Size</th><th>Added</th><th><span class="unseen">Actions</span></th></tr></thead>
        <tbody>${files.map((file) => html`<tr key=${file.id}>
          <th scope="row">${file.filename}${shown(file).length > 0 && html`<small>${shown(file).map(([key, value]) => html` <span class="tag" title=${String(value)}>${key}: ${String(value)}</span>`)}</small>`}</th>
          <td><span class=${file.status === "failed" ? "fault" : file.status === "completed" ? "done" : ""}>${STATES[file.status]}</span>
            ${(file.last_error || file.note) && html`<small> ${file.last_error?.message ?? file.note}</small>`}</td>
          <td>${file.bytes === undefined ? "" : size(file.bytes)}</td><td>${moment(file.created_at)}</td>
          <td><div class="actions">
            ${file.status !== "failed" && html`<button data-step onClick=${() => setOpened({ dialog: Chunks, file })} disabled=${file.status !== "completed"} aria-label=${`Text of ${file.filename}`}>Text</button>`}
            <button onClick=${() => download(file.id, file.filename)} aria-label=${`Download ${file.filename}`}>Download</button>
            ${write && html`<button onClick=${() => setOpened({ dialog: Attributes, file })} aria-label=${`Attributes of ${file.filename}`}>Attributes</button>
            ${file.status === "failed" && html`<button onClick=${() => again(path, file).then(about.again)} aria-label=${`Try again: ${file.filename}`}>Try again</button>`}
            <button onClick=${() => discard(file)} aria-label=${`Delete ${file.filename}`}>Delete</button>`}
          </div></td></tr>`)}</tbody>
      </table>
      ${list.value && !files.length && html`<p>There are none.</p>`}
      <div class="row">
        ${after && html`<button onClick=${() => show({})}>First page</button>`}
        ${list.value?.has_more && html`<button onClick=${() => show({ after: list.value.last_id })}>Next page</button>`}</div>`}
    ${opened && html`<${opened.dialog} file=${opened.file} path=${path} name=${opened.file.filename} others=${opened.others} onDelete=${deleteAt} onClose=${() => setOpened(null)} onChanged=${list.again} />`}
  </div>`;
}

// Without what the command line keeps for itself, by which it tells whether a file has changed.
const shown = ({ attributes }) => Object.entries(attributes).filter(([key]) => key !== "source_version");

// A file that is in other stores, too.
function DeleteFile({ file, path, name, others, onDelete, onClose }) {
  return html`<${Dialog} title=${`Delete ${name}`} onClose=${onClose}>
    <p>It is also in ${others.map((each) => each.name || each.id).join(", ")}.</p>
    <div class="row"><button onClick=${() => onDelete(file, `${path}/files/${file.id}`)}>Take it out of this store</button>
      <button onClick=${() => onDelete(file, `files/${file.id}`)}>Delete it everywhere</button></div><//>`;
}

async function otherStores(file, store) {
  const { data } = await get(`vector_stores?${query({ file_id: file.id, limit: 100 })}`);
  return data.filter(({ id }) => id !== store);
}

// A failed file that is put into the store once more is read once more.
const again = (path, { id, attributes, chunking_strategy }) => post(`${path}/files`, { file_id: id, attributes, chunking_strategy });

// What failed, by its reason: a hundred files have three faults.
function Failures({ store, path, write, failed, onChanged }) {
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false); // so that none is removed while it is tried again
  const list = useLoad((signal) => all(`${path}/files`, { filter: "failed" }, 1000, signal), [path, failed]);
  const groups = Map.groupBy?.(list.value ?? [], reasonOf) ?? new Map();

  async function each(files, act) {
    setBusy(true);
    try {
      for (const file of files) await act(file);
    } finally {
      setBusy(false);
      list.again(); // how many failed may be the same as before
      onChanged();
    }
  }
  // In another store it may have been read, or be asked for.
  async function discard(file) {
    const others = await otherStores(file, store);
    await remove(others.length ? `${path}/files/${file.id}` : `files/${file.id}`);
  }
  async function copyList(files) {
    await copy(files.map((file) => `${file.filename}\t${file.last_error?.message}`).join("\n"));
    setSaid("The list is copied.");
  }
  if (!groups.size) return null;
  return html`<ul class="failures" aria-label="Failed files by reason">${[...groups].map(([reason, files]) => html`<li>
    <p><strong>${count(files.length, "file")}</strong>: ${reason}</p>
    <div class="row">
      ${write && html`<button disabled=${busy} onClick=${() => each(files, (file) => again(path, file))}>Try again</button>
        <button disabled=${busy} onClick=${() => each(files, discard)}>Remove</button>`}
      <button onClick=${() => copyList(files)}>Copy the list</button></div></li>`)}
    </ul><p class="unseen" role="status">${said}</p>`;
}

const reasonOf = (file) => (file.last_error?.message ?? "").replaceAll(file.filename, "the file");
