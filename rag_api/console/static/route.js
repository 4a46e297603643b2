// Where one is: `#/ask/conv_1?store=vs_x`, so that the browser's Back works, and a place can be kept.
import { shared } from "./shared.js";

export const place = shared(read());
addEventListener("hashchange", () => place.set(read()));

function read() {
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [screen = "", id = ""] = path.split("/").map(decodeURIComponent);
  return { screen, id, search: Object.fromEntries(new URLSearchParams(search)) };
}

export function address({ screen, id, search = {} }) {
  const values = new URLSearchParams(Object.entries(search).filter(([, value]) => value));
  return `#/${screen}${id ? "/" + encodeURIComponent(id) : ""}${values.size ? "?" + values : ""}`;
}

export const go = (to) => (location.hash = address(to));

// Without a step for Back: the same place, told more exactly.
export function refine(to) {
  history.replaceState(null, "", address(to));
  place.set(read());
}
