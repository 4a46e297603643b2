// Where a key is typed. What had to wait for it goes on afterwards.
import { giveUp, setKey } from "./api.js";
import { Dialog } from "./dialog.js";
import { html } from "./html.js";

export function KeyForm({ asked }) {
  function submit(event) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setKey(form.get("key").trim(), form.has("remember"));
  }
  return html`<${Dialog} title="An API key, please" onClose=${giveUp}>
    <form class="key" onSubmit=${submit}>
      <p>This server asks for a key. Whoever runs it makes one with <code>rag-api keys create</code>.</p>
      ${asked && html`<p class="fault" role="alert">${asked}</p>`}
      <label>API key <input name="key" type="password" required autocomplete="off" spellcheck="false" /></label>
      <label class="check"><input type="checkbox" name="remember" /> Remember it in this browser, not only until this tab is closed</label>
      <button class="main">Go on</button>
    </form><//>`;
}
