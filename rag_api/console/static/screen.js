// What screens have in common: parts that are loaded when they are shown, and a heading that takes the focus.
import { html, useEffect, useLayoutEffect, useRef, useState } from "./html.js";

const AGAIN_MS = 2000;

// A view that is loaded when it is shown; while the server is gone, as soon as it is back.
export function Later({ load, ...rest }) {
  const [View, setView] = useState(null);
  useEffect(() => {
    const attempt = () => load().then((loaded) => setView(() => loaded), () => setTimeout(attempt, AGAIN_MS));
    attempt();
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
  useLayoutEffect(() => {
    document.title = `${heading.current.textContent} · Your documents`;
    if (arrived) heading.current.focus();
    arrived = true;
  }, []);
  return html`<h1 tabindex="-1" ref=${heading}>${children}</h1>`;
}
