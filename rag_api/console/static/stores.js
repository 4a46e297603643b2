// Stores: a new one, and for the one that is looked at another name, a time after which it expires, or its end.
import { post, remove } from "./api.js";
import { Dialog } from "./dialog.js";
import { html, useState } from "./html.js";
import { go } from "./route.js";
import { deleteSoon } from "./undo.js";

const DEFAULT = "vs_default";

export function StoreMenu({ store, onChanged }) {
  const [opened, setOpened] = useState("");
  const close = () => setOpened("");

  function discard() {
    close();
    go({ screen: "files", search: { store: DEFAULT } });
    deleteSoon(`The store “${store.name || store.id}”`, () => remove(`vector_stores/${store.id}`).then(onChanged), () => go({ screen: "files", search: { store: store.id } }));
  }
  return html`<button onClick=${() => setOpened("new")}>New store</button>
    <button onClick=${() => setOpened("settings")}>Store settings</button>
    ${opened === "new" && html`<${StoreForm} title="New store" path="vector_stores" onClose=${close}
      onSaved=${(made) => { onChanged(); go({ screen: "files", search: { store: made.id } }); }} />`}
    ${opened === "settings" && html`<${StoreForm} title="Store settings" store=${store} path=${`vector_stores/${store.id}`} onClose=${close} onSaved=${onChanged}>
      <p>Its id, for programs: <code>${store.id}</code></p>
      ${store.id !== DEFAULT && html`<button type="button" onClick=${discard}>Delete this store</button>`}<//>`}`;
}

function StoreForm({ title, store, path, onClose, onSaved, children }) {
  const [fault, setFault] = useState("");
  async function save(event) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = Number(form.get("days"));
    try {
      onSaved(await post(path, { name: form.get("name").trim(), expires_after: days ? { anchor: "last_active_at", days } : null }));
      onClose();
    } catch (error) {
      setFault(error.message);
    }
  }
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${save}>
      <label>Name <input name="name" required maxlength="512" defaultValue=${store?.name ?? ""} /></label>
      ${store?.id !== DEFAULT && html`<label>Expires after so many days without use (empty: never) <input name="days" type="number" min="1" max="365" defaultValue=${store?.expires_after?.days ?? ""} /></label>`}
      ${fault && html`<p class="fault" role="alert">${fault}</p>`}
      <div class="row"><button class="main">Save</button>${children}</div>
    </form><//>`;
}
