// Deletions that wait a while for second thoughts, so that nobody has to be asked before.
import { html, render } from "./html.js";
import { styles } from "./screen.js";
import { shared, useShared } from "./shared.js";

await styles("undo.css");

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

function undo(deletion) {
  drop(deletion);
  deletion.putBack();
}

// Who leaves has no second thoughts.
addEventListener("pagehide", () => undoable.value.deletions.forEach(finish));

function Undo() {
  const { deletions, fault } = useShared(undoable);
  return html`
    <div role="status">${deletions.map((each) => html`<p>${each.what} is deleted.
      <button onClick=${() => undo(each)}>Undo</button></p>`)}</div>
    ${fault && html`<p role="alert" class="fault">${fault} <button onClick=${() => undoable.set({ fault: "" })}>Close</button></p>`}`;
}

const corner = Object.assign(document.createElement("div"), { className: "undo" });
document.body.append(corner);
render(html`<${Undo} />`, corner);
