// The console: where one can go, the store that is looked at, and what concerns the whole page: keys, a server that is gone.
import { Refused, all, connection, forgetKey, key, useLoad } from "./api.js";
import { html, render, useEffect, useLayoutEffect, useRef, useState } from "./html.js";
import { address, go, place, refine } from "./route.js";
import { learnRights, rights } from "./rights.js";
import { Later } from "./screen.js";
import { useShared } from "./shared.js";
import { listen } from "./shortcuts.js";

const SCREENS = {
  ask: { name: "Ask", icon: "M4 5h16v11H9l-5 4z", load: async () => (await import("./ask.js")).Ask },
  files: { name: "Files", icon: "M4 6h6l2 2h8v11H4z", load: async () => (await import("./files.js")).Files },
  search: { name: "Search", icon: "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5", load: async () => (await import("./search.js")).Search },
  code: { name: "Code", icon: "M9 6l-6 6 6 6M15 6l6 6-6 6", load: async () => (await import("./code.js")).Code },
  keys: { name: "Keys", icon: "M14 4a5 5 0 1 1-4 8l-7 7v2h4v-3h3v-3l2-2M16 8h.01", load: async () => (await import("./keys.js")).Keys },
};
const STORE = "store";

function Console() {
  const { screen, id, search } = useShared(place);
  const { asked } = useShared(connection);
  const [source, setSource] = useState(null); // the citations that can be looked at, and the number of this one
  const [helps, setHelps] = useState(false);
  const { admin } = useShared(rights);
  useLoad(learnRights, []);
  const stores = useLoad((signal) => all("vector_stores", {}, 1000, signal), []);
  const store = search.store ?? sessionStorage.getItem(STORE) ?? "vs_default";
  const chosen = stores.value?.find((each) => each.id === store);

  useEffect(() => {
    if (search.store) sessionStorage.setItem(STORE, search.store);
  }, [search.store]);
  // Where nothing is to be asked yet, one begins with the files.
  useEffect(() => {
    if (!screen && stores.value) refine({ screen: stores.value.every((each) => !each.file_counts.total) ? "files" : "ask" });
  }, [screen, stores.value]);
  useEffect(() => {
    setSource(null);
  }, [screen, id]);
  useEffect(() => listen(() => setHelps(true)), []);

  const openSource = (citations, number) => setSource({ citations, number, opener: document.activeElement });
  // On a phone, what opened it can only be seen, and take the focus, once it is closed.
  const opener = useRef();
  useLayoutEffect(() => {
    if (source) opener.current = source.opener;
    else opener.current?.focus();
  }, [source]);

  return html`
    <${Banner} />
    <header class="top">
      <strong>Your documents</strong>
      ${stores.value && html`<label><span>Store</span>
        <select value=${store} onChange=${(event) => go({ screen: screen || "ask", search: { store: event.currentTarget.value } })}>
          ${!chosen && html`<option value=${store}>${store}</option>`}
          ${stores.value.map((each) => html`<option key=${each.id} value=${each.id}>${each.name || each.id}</option>`)}
        </select></label>`}
      <button class="plain" aria-label="Keyboard shortcuts" title="Keyboard shortcuts" onClick=${() => setHelps(true)}>?</button>
      ${key && html`<button onClick=${forgetKey}>Forget key</button>`}
    </header>
    <nav aria-label="Screens">${Object.entries(SCREENS).filter(([name]) => admin || name !== "keys").map(([name, each]) => html`
      <a key=${name} href=${address({ screen: name, search: { store: search.store } })} aria-current=${name === screen ? "page" : null}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${each.icon} /></svg>${each.name}</a>`)}</nav>
    <main class=${source ? "with-source" : ""}>
      ${stores.error && html`<p class="fault" role="alert">${stores.error.message}</p>`}
      <div class="view">${SCREENS[screen] && html`<${Later} key=${screen + " " + (screen === "ask" ? "" : store)} load=${SCREENS[screen].load} store=${store} stores=${stores} openSource=${openSource} />`}</div>
      ${source && html`<${Later} load=${async () => (await import("./source.js")).Source} ...${source} onTurn=${(number) => setSource({ ...source, number })} onClose=${() => setSource(null)} />`}
    </main>
    ${asked !== null && html`<${Later} load=${async () => (await import("./key_form.js")).KeyForm} asked=${asked} />`}
    ${helps && html`<${Later} load=${async () => (await import("./help.js")).Help} onClose=${() => setHelps(false)} />`}`;
}

function Banner() {
  const { gone, refused } = useShared(connection);
  return html`<div role="alert">
    ${gone && html`<p class="banner">The server cannot be reached. What you typed is kept, and this page goes on once it is back.</p>`}
    ${!gone && refused && html`<p class="banner">${refused} <button onClick=${() => connection.set({ refused: "" })}>Close</button></p>`}
  </div>`;
}

// What a button asked for and did not get, where its view has no place to say so.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof Refused)) return;
  event.preventDefault();
  connection.set({ refused: event.reason.message });
});

// What is dropped beside the place for it would else be opened in place of this page.
for (const event of ["dragover", "drop"]) addEventListener(event, (dropped) => dropped.preventDefault());

render(html`<${Console} />`, document.getElementById("root"));
performance.mark("console");
