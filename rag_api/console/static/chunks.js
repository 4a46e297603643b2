// The text of a file as it is searched: its chunks, one after the other, with their pages.
import { get, query, useLoad } from "./api.js";
import { Dialog } from "./dialog.js";
import { html, useState } from "./html.js";
import { Passage } from "./passage.js";
import { count, pages } from "./words.js";

const SHOWN = 20;

export function Chunks({ file, path, name, onClose }) {
  const [first, setFirst] = useState(0);
  const list = useLoad((signal) => get(`${path}/files/${file.id}/chunks?${query({ first, limit: SHOWN })}`, signal), [file.id, first]);
  const { data = [], total = 0, has_more } = list.value ?? {};
  return html`<${Dialog} title=${`Text of ${name}`} onClose=${onClose}>
    <p class="faint">As it is searched, in ${count(total, "passage")}.</p>
    ${list.error && html`<p class="fault" role="alert">${list.error.message}</p>`}
    <ol class="chunks">${data.map((chunk) => html`<li key=${chunk.chunk}>
      <h3>Passage ${chunk.chunk + 1}<small> ${[pages(chunk), count(chunk.tokens, "token")].filter(Boolean).join(", ")}</small></h3>
      <${Passage} text=${chunk.text} headings=${chunk.headings} /></li>`)}</ol>
    <div class="row">
      ${first > 0 && html`<button onClick=${() => setFirst(first - SHOWN)}>Before</button>`}
      ${has_more && html`<button onClick=${() => setFirst(first + SHOWN)}>After</button>`}</div><//>`;
}
