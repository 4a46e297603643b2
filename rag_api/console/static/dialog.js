// A window above the page. The browser keeps the focus within it, closes it with Escape, and gives the focus back.
import { html, useEffect, useRef } from "./html.js";
import { styles } from "./screen.js";

await styles("dialog.css");

export function Dialog({ title, onClose, children }) {
  const dialog = useRef();
  useEffect(() => dialog.current.showModal(), []);
  return html`<dialog ref=${dialog} aria-labelledby="dialog-title" onClose=${onClose}>
    <header><h2 id="dialog-title">${title}</h2>
      <button class="plain" aria-label="Close" onClick=${() => dialog.current.close()}>✕</button></header>
    ${children}
  </dialog>`;
}
