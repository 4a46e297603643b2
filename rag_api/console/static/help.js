// The keys that one can press, and a way to do without them.
import { Dialog } from "./dialog.js";
import { html } from "./html.js";
import { useShared } from "./shared.js";
import { shortcuts } from "./shortcuts.js";

const SHORTCUTS = [
  [["/"], "Ask or search"],
  [["g", "a"], "Ask"],
  [["g", "f"], "Files"],
  [["g", "s"], "Search"],
  [["g", "c"], "Code"],
  [["u"], "Upload files"],
  [["j", "k"], "Next and previous source, file or passage"],
  [["Enter"], "Open it"],
  [["[", "]"], "Previous and next citation, in an open source"],
  [["Escape"], "Close"],
  [["?"], "This list"],
];

export function Help({ onClose }) {
  const { on } = useShared(shortcuts);
  return html`<${Dialog} title="Keyboard shortcuts" onClose=${onClose}>
    <dl class="keys">${SHORTCUTS.map(([keys, what]) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
    <label class="check"><input type="checkbox" checked=${on} onChange=${(event) => shortcuts.turn(event.currentTarget.checked)} /> Shortcuts of a single key</label><//>`;
}
