// The screen Keys and usage, for administrators: who may do what, how much was used, and who changed what.
import { all, call, get, post, query, remove, setKey, useLoad } from "./api.js";
import { copy } from "./clipboard.js";
import { Dialog } from "./dialog.js";
import { html, useState } from "./html.js";
import { rights } from "./rights.js";
import { Heading, styles } from "./screen.js";
import { useShared } from "./shared.js";
import { count, moment, size } from "./words.js";

await styles("files.css"); // its tables

const SCOPES = { read: "read: ask and search", write: "write: add and delete files, too", admin: "admin: keys and projects, too" };

export function Keys() {
  const { needsKey } = useShared(rights);
  const projects = useLoad((signal) => all("admin/projects", {}, 1000, signal), []);
  const [version, setVersion] = useState(0);
  function onChanged() {
    setVersion(version + 1);
    projects.again();
  }
  return html`<div class="page">
    <${Heading}>Keys and usage<//>
    ${!needsKey && html`<p class="note">No key is needed yet: everyone on this machine may do everything. From the first one on, every request needs a key.</p>`}
    ${projects.error && html`<p class="fault" role="alert">${projects.error.message}</p>`}
    ${projects.value && html`<${KeyList} projects=${projects.value} version=${version} onChanged=${onChanged} /><${Projects} projects=${projects.value} onChanged=${onChanged} />`}
    <${Audit} version=${version} />
    <${Server} />
  </div>`;
}

// A list in pages, with a way to the next.
function Pages({ path, columns, row, version }) {
  const [after, setAfter] = useState("");
  const list = useLoad((signal) => get(`${path}?${query({ limit: 20, after })}`, signal), [path, after, version]);
  return html`
    ${list.error && html`<p class="fault" role="alert">${list.error.message}</p>`}
    ${list.value && !list.value.data.length && html`<p class="faint">There are none yet.</p>`}
    ${list.value?.data.length > 0 && html`<table><thead><tr>${columns.map((each) => html`<th>${each}</th>`)}</tr></thead><tbody>${list.value.data.map(row)}</tbody></table>`}
    <div class="row">${after && html`<button onClick=${() => setAfter("")}>First page</button>`}
      ${list.value?.has_more && html`<button onClick=${() => setAfter(list.value.last_id)}>Next page</button>`}</div>`;
}

function KeyList({ projects, version, onChanged }) {
  const { needsKey } = useShared(rights);
  const [opened, setOpened] = useState(null); // what is to be done, and with which key
  const close = () => {
    setOpened(null);
    onChanged();
  };
  return html`<section aria-labelledby="keys">
    <div class="row"><h2 id="keys">Keys</h2><button onClick=${() => setOpened({ what: "make" })}>New key</button></div>
    <${Pages} path="admin/keys" version=${version} columns=${["Name", "Begins with", "Project", "May", "Today", "Last used", "Limits a minute", "Change"]}
      row=${(key) => html`<tr key=${key.id}>
        <th scope="row">${key.name || "without a name"}</th><td><code>${key.begins}</code></td><td>${key.project}</td><td>${key.scope}</td>
        <td>${count(key.usage_today.requests, "request")}, ${count(key.usage_today.tokens, "token")}</td>
        <td>${key.last_used_at ? moment(key.last_used_at) : "never"}</td>
        <td>${[key.requests_per_minute && count(key.requests_per_minute, "request"), key.tokens_per_minute && count(key.tokens_per_minute, "token")].filter(Boolean).join(", ") || "none"}</td>
        <td>${key.revoked_at ? `revoked ${moment(key.revoked_at)}` : html`
          <button onClick=${() => setOpened({ what: "change", key })} aria-label=${`Change ${key.name || key.begins}`}>Change</button>
          <button onClick=${() => setOpened({ what: "revoke", key })} aria-label=${`Revoke ${key.name || key.begins}`}>Revoke</button>`}</td></tr>`} />
    ${opened?.what === "make" && html`<${NewKey} projects=${projects} first=${!needsKey} onClose=${close} />`}
    ${opened?.what === "change" && html`<${KeyChange} was=${opened.key} onClose=${close} />`}
    ${opened?.what === "revoke" && html`<${Sure} title=${`Revoke ${opened.key.name || opened.key.begins}?`} what="Whoever uses it is refused from now on. This cannot be undone." act="Revoke"
      path=${`admin/keys/${opened.key.id}`} onClose=${close} />`}
  </section>`;
}

function NewKey({ projects, first, onClose }) {
  const [made, setMade] = useState(null);
  const [fault, setFault] = useState("");
  const [said, setSaid] = useState("");
  async function create(event) {
    event.preventDefault();
    const { name, scope, project_id, requests, tokens } = Object.fromEntries(new FormData(event.currentTarget));
    try {
      const key = await post("admin/keys", { name, scope, project_id, ...limits(requests, tokens) });
      if (first) {
        setKey(key.secret); // from now on, this page needs it
        rights.set({ needsKey: true });
      }
      setMade(key);
    } catch (error) {
      setFault(error.message);
    }
  }
  if (made)
    return html`<${Dialog} title="The new key" onClose=${onClose}>
      <p>Keep it now: it is not shown again.${first && " This page uses it from now on, until the tab is closed."}</p>
      <pre tabindex="0"><code>${made.secret}</code></pre>
      <div class="row"><button class="main" onClick=${() => copy(made.secret).then(() => setSaid("Copied."))}>Copy</button><span role="status">${said}</span></div><//>`;
  return html`<${Dialog} title="New key" onClose=${onClose}>
    <form onSubmit=${create}>
      <label>Name <input name="name" maxlength="200" placeholder="Ada's laptop" /></label>
      <label>May <select name="scope">${Object.entries(SCOPES).filter(([scope]) => !first || scope === "admin").map(([scope, what]) => html`<option value=${scope}>${what}</option>`)}</select></label>
      <label>Project <select name="project_id">${projects.map((each) => html`<option value=${each.id}>${each.name}</option>`)}</select></label>
      <${Limits} />
      ${fault && html`<p class="fault" role="alert">${fault}</p>`}
      <button class="main">Make the key</button>
    </form><//>`;
}

const limits = (requests, tokens) => ({ requests_per_minute: Number(requests) || null, tokens_per_minute: Number(tokens) || null });

function Limits({ was = {} }) {
  return html`
    <label>Requests a minute (empty: any) <input name="requests" type="number" min="1" defaultValue=${was.requests_per_minute ?? ""} /></label>
    <label>Tokens a minute (empty: any) <input name="tokens" type="number" min="1" defaultValue=${was.tokens_per_minute ?? ""} /></label>`;
}

function KeyChange({ was, onClose }) {
  const [fault, setFault] = useState("");
  async function save(event) {
    event.preventDefault();
    const { name, requests, tokens } = Object.fromEntries(new FormData(event.currentTarget));
    try {
      await post(`admin/keys/${was.id}`, { name, ...limits(requests, tokens) });
      onClose();
    } catch (error) {
      setFault(error.message);
    }
  }
  return html`<${Dialog} title=${`Change ${was.name || was.begins}`} onClose=${onClose}>
    <form onSubmit=${save}>
      <label>Name <input name="name" maxlength="200" defaultValue=${was.name} /></label>
      <${Limits} was=${was} />
      ${fault && html`<p class="fault" role="alert">${fault}</p>`}
      <button class="main">Save</button>
    </form><//>`;
}

// For what cannot be undone.
function Sure({ title, what, act, path, onClose }) {
  const [fault, setFault] = useState("");
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${what}</p>${fault && html`<p class="fault" role="alert">${fault}</p>`}
    <div class="row"><button class="main" onClick=${() => remove(path).then(onClose, (error) => setFault(error.message))}>${act}</button>
      <button onClick=${onClose}>Keep it</button></div><//>`;
}

function Projects({ projects, onChanged }) {
  const [opened, setOpened] = useState(null); // what is to be done, and with which project
  const close = () => {
    setOpened(null);
    onChanged();
  };
  const quota = (used, most) => (most ? `${used} of ${most}` : used);
  return html`<section aria-labelledby="projects">
    <div class="row"><h2 id="projects">Projects</h2><button onClick=${() => setOpened({ what: "make" })}>New project</button></div>
    <table><thead><tr>${["Project", "Keys", "Files", "Size", "Change"].map((each) => html`<th>${each}</th>`)}</tr></thead>
      <tbody>${projects.map((each) => html`<tr key=${each.id}><th scope="row">${each.name}</th><td>${count(each.keys, "key")}</td>
        <td>${quota(count(each.files, "file"), each.max_files)}</td><td>${quota(size(each.bytes), each.max_bytes && size(each.max_bytes))}</td>
        <td><button onClick=${() => setOpened({ what: "change", project: each })} aria-label=${`Change the project ${each.name}`}>Change</button>
          ${each.id !== "default" && html` <button onClick=${() => setOpened({ what: "delete", project: each })} aria-label=${`Delete the project ${each.name}`}>Delete</button>`}</td></tr>`)}</tbody></table>
    ${["make", "change"].includes(opened?.what) && html`<${ProjectForm} was=${opened.project} onClose=${close} />`}
    ${opened?.what === "delete" && html`<${Sure} title=${`Delete the project ${opened.project.name}?`} what=${`Its ${count(opened.project.files, "file")}, conversations and keys are deleted with it. This cannot be undone.`} act="Delete"
      path=${`admin/projects/${opened.project.id}`} onClose=${close} />`}
  </section>`;
}

const MB = 1_000_000;

function ProjectForm({ was, onClose }) {
  const [fault, setFault] = useState("");
  async function save(event) {
    event.preventDefault();
    const { name, files, megabytes } = Object.fromEntries(new FormData(event.currentTarget));
    const quotas = { max_files: Number(files) || null, max_bytes: Math.round(Number(megabytes) * MB) || null };
    try {
      await post(was ? `admin/projects/${was.id}` : "admin/projects", was ? quotas : { name, ...quotas });
      onClose();
    } catch (error) {
      setFault(error.message);
    }
  }
  return html`<${Dialog} title=${was ? `Change the project ${was.name}` : "New project"} onClose=${onClose}>
    <form onSubmit=${save}>
      ${!was && html`<p>A project has files, stores and conversations of its own. Whoever has a key of it sees nothing else.</p>
        <label>Name <input name="name" required maxlength="100" /></label>`}
      <label>At most so many files (empty: any) <input name="files" type="number" min="1" defaultValue=${was?.max_files ?? ""} /></label>
      <label>At most so many MB (empty: any) <input name="megabytes" type="number" min="0" step="any" defaultValue=${was?.max_bytes ? was.max_bytes / MB : ""} /></label>
      ${fault && html`<p class="fault" role="alert">${fault}</p>`}
      <button class="main">Save</button>
    </form><//>`;
}

function Audit({ version }) {
  const [times, setTimes] = useState(0);
  return html`<section aria-labelledby="audit">
    <div class="row"><h2 id="audit">Who changed what</h2><button onClick=${() => setTimes(times + 1)}>Load again</button></div>
    <${Pages} path="admin/audit" version=${`${version} ${times}`} columns=${["When", "Key", "Project", "What", "Answer", "From"]}
      row=${(entry) => html`<tr key=${entry.id}><td>${moment(entry.at)}</td><td>${entry.key_id}</td><td>${entry.project}</td>
        <td><code>${entry.method} ${entry.path}</code></td><td>${entry.status}</td><td>${entry.address}</td></tr>`} />
  </section>`;
}

const FIGURES = {
  'rag_jobs{state="pending"}': ["Files that wait to be read", (n) => n],
  'rag_jobs{state="running"}': ["Files that are being read", (n) => n],
  rag_oldest_job_seconds: ["The oldest waits for", (n) => count(Math.round(n), "second")],
  rag_chunks: ["Passages in the index", (n) => n],
  rag_index_bytes: ["Size of the index", size],
};

// How the server is doing, by the figures that it has for Prometheus.
function Server() {
  const [times, setTimes] = useState(0);
  const metrics = useLoad(async (signal) => (await call("../metrics", { signal })).text(), [times]);
  const status = useLoad((signal) => get("admin/status", signal), []);
  const lines = new Map((metrics.value ?? "").split("\n").map((line) => line.split(/ (?=\S+$)/)));
  return html`<section aria-labelledby="server">
    <div class="row"><h2 id="server">This server</h2><button onClick=${() => setTimes(times + 1)}>Count again</button></div>
    ${metrics.error && html`<p class="fault" role="alert">${metrics.error.message}</p>`}
    <dl class="figures">${status.value && html`<div><dt>Version</dt><dd>${status.value.version}</dd></div>`}${Object.entries(FIGURES).filter(([name]) => lines.has(name)).map(([name, [what, say]]) => html`<div><dt>${what}</dt><dd>${say(Number(lines.get(name)))}</dd></div>`)}</dl>
  </section>`;
}
