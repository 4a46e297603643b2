// Keys that work anywhere but in a field. They can be turned off, for those whose speech or screen reader sends letters.
import { go, place } from "./route.js";
import { shared } from "./shared.js";

const GOES = { a: "ask", f: "files", s: "search", c: "code" };
const OFF = "shortcuts off";

export const shortcuts = shared({ on: !localStorage.getItem(OFF) });
shortcuts.turn = (on) => {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
  shortcuts.set({ on });
};

// A view says with `data-key` which of its elements a key is for.
export function listen(help) {
  let before = "";
  function pressed(event) {
    const { key, target } = event;
    if (!shortcuts.value.on || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (before === "g" && GOES[key]) go({ screen: GOES[key], search: place.value.search });
    else if (key === "?") help();
    else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
    else if (key === "/" && element) element.focus();
    else if (element && key.length === 1) element.click();
    else if (key === "u") go({ screen: "files", search: place.value.search });
    else {
      before = key;
      return;
    }
    before = "";
    event.preventDefault();
  }
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}

// From one of what a screen lists to the next: markers of citations, files, passages.
function step(by) {
  const all = [...document.querySelectorAll("main .marker, main [data-step]")].filter((each) => each.offsetParent);
  const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(document.activeElement) + by))];
  next?.focus();
}
