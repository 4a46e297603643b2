// What screens have in common: a heading that takes the focus when one comes there, and deletions that can be undone.
import { html, useEffect, useRef, useState } from "./html.js";
import { shared, useShared } from "./shared.js";

// What is seldom seen is loaded when it is.
export function Later({ load, ...rest }) {
  const [View, setView] = useState(null);
  useEffect(() => {
    load().then((loaded) => setView(() => loaded));
  }, []);
  return View && html`<${View} ...${rest} />`;
}

// The styles that only some views need; they wait for them, so that nothing is ever seen without.
export const styles = (name) =>
  new Promise((resolve) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `console/${name}`, onload: resolve, onerror: resolve });
    document.head.append(link);
  });

let arrived = false; // where the page opens, the focus stays where the browser puts it

export function Heading({ children }) {
  const heading = useRef();
  useEffect(() => {
    document.title = `${heading.current.textContent} · Your documents`;
    if (arrived) heading.current.focus();
    arrived = true;
  }, []);
  return html`<h1 tabindex="-1" ref=${heading}>${children}</h1>`;
}

// A deletion waits a while for second thoughts; nobody has to be asked before.
const SECONDS = 10;
const undoable = shared({ deletions: [] });

export function deleteSoon(what, carryOut, putBack) {
  const deletion = { what, putBack, carryOut };
  deletion.timer = setTimeout(() => finish(deletion), SECONDS * 1000);
  undoable.set({ deletions: [...undoable.value.deletions, deletion] });
}

async function finish(deletion) {
  drop(deletion);
  try {
    await deletion.carryOut();
  } catch (error) {
    deletion.putBack();
    undoable.set({ fault: `${deletion.what} could not be deleted. ${error.message}` });
  }
}

function drop(deletion) {
  clearTimeout(deletion.timer);
  undoable.set({ fault: "", deletions: undoable.value.deletions.filter((each) => each !== deletion) });
}

addEventListener("pagehide", () => undoable.value.deletions.forEach(finish));

export function Undo() {
  const { deletions, fault } = useShared(undoable);
  return html`<div class="undo">
    <div role="status">${deletions.map((each) => html`<p key=${each.what}>${each.what} is deleted.
      <button onClick=${() => { drop(each); each.putBack(); }}>Undo</button></p>`)}</div>
    ${fault && html`<p role="alert" class="fault">${fault} <button onClick=${() => undoable.set({ fault: "" })}>Close</button></p>`}
  </div>`;
}
