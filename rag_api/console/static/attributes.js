// The attributes of a file in a store: texts, numbers, yes or no, by which searches can filter.
import { post } from "./api.js";
import { Dialog } from "./dialog.js";
import { html, useState } from "./html.js";

const MOST = 16;
const READ = { text: String, number: Number, "yes or no": (value) => value === "true" };
const kindOf = (value) => ({ string: "text", number: "number", boolean: "yes or no" })[typeof value];

export function Attributes({ file, path, name, onClose, onChanged }) {
  const [rows, setRows] = useState(() => Object.entries(file.attributes).map(([key, value]) => ({ key, value: String(value), kind: kindOf(value) })));
  const [fault, setFault] = useState("");
  const change = (index, changes) => setRows(rows.map((row, i) => (i === index ? { ...row, ...changes } : row)));

  async function save(event) {
    event.preventDefault();
    const attributes = Object.fromEntries(rows.filter(({ key }) => key.trim()).map(({ key, value, kind }) => [key.trim(), READ[kind](value)]));
    try {
      await post(`${path}/files/${file.id}`, { attributes });
      onChanged();
      onClose();
    } catch (error) {
      setFault(error.message);
    }
  }
  return html`<${Dialog} title=${`Attributes of ${name}`} onClose=${onClose}>
    <form onSubmit=${save}>
      ${rows.map((row, index) => html`<fieldset class="row"><legend class="unseen">Attribute ${index + 1}</legend>
        <input aria-label="Key" maxlength="64" value=${row.key} onInput=${(event) => change(index, { key: event.currentTarget.value })} />
        <select aria-label="Kind" value=${row.kind} onChange=${(event) => change(index, { kind: event.currentTarget.value, value: "" })}>
          ${Object.keys(READ).map((kind) => html`<option>${kind}</option>`)}</select>
        ${row.kind === "yes or no"
          ? html`<select aria-label="Value" value=${row.value} onChange=${(event) => change(index, { value: event.currentTarget.value })}><option value="false">no</option><option value="true">yes</option></select>`
          : html`<input aria-label="Value" maxlength="512" type=${row.kind === "number" ? "number" : "text"} step="any" required=${row.kind === "number"} value=${row.value} onInput=${(event) => change(index, { value: event.currentTarget.value })} />`}
        <button type="button" class="plain" aria-label=${`Remove attribute ${index + 1}`} onClick=${() => setRows(rows.filter((_, i) => i !== index))}>✕</button></fieldset>`)}
      ${!rows.length && html`<p>There are none yet. <code>author</code>, <code>date</code> and <code>url</code> are shown to the language model and in citations.</p>`}
      ${fault && html`<p class="fault" role="alert">${fault}</p>`}
      <div class="row">${rows.length < MOST && html`<button type="button" onClick=${() => setRows([...rows, { key: "", value: "", kind: "text" }])}>Add an attribute</button>`}
        <button class="main">Save</button></div>
    </form><//>`;
}
