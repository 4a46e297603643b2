// An answer's text as nodes: paragraphs, lists, headings, code, bold, and each marker of a citation a button.
import { html } from "./html.js";
import { pages } from "./words.js";

const BLOCK = /```[^\n]*\n([\s\S]*?)(?:```|$)|(?:[^\n]|\n(?!\n|```))+/g;
const ITEM = /^\s*(?:[-*]|\d+\.) (.*(?:\n(?!\s*(?:[-*]|\d+\.) ).+)*)/gm;
const STYLED = /\*\*(.+?)\*\*|`([^`\n]+)`/y;

export function Answer({ text, citations, onOpen }) {
  const markers = placed(text, citations);
  const blocks = [];
  for (const match of text.matchAll(BLOCK)) {
    if (match[1] !== undefined) blocks.push(html`<pre tabindex="0"><code>${match[1]}</code></pre>`);
    else if (match[0].trim()) blocks.push(block(match[0].trim(), match.index + match[0].search(/\S/)));
  }
  return html`<div class="answer">${blocks}</div>`;

  function block(source, at) {
    const heading = /^#{1,6} /.exec(source);
    if (heading) return html`<h3>${inline(source.slice(heading[0].length), at + heading[0].length)}</h3>`;
    if (source.startsWith("|")) return html`<pre class="table" tabindex="0">${inline(source, at)}</pre>`;
    if (!/^\s*(?:[-*]|\d+\.) /.test(source)) return html`<p>${inline(source, at)}</p>`;
    const items = [...source.matchAll(ITEM)].map(
      (item) => html`<li>${inline(item[1], at + item.index + item[0].length - item[1].length)}</li>`,
    );
    return /^\s*\d/.test(source) ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
  }

  function inline(source, at) {
    const nodes = [];
    for (let i = 0; i < source.length; ) {
      const marker = markers.get(at + i);
      STYLED.lastIndex = i;
      const styled = STYLED.exec(source);
      if (marker) {
        nodes.push(html`<${Marker} ...${marker} onOpen=${onOpen} />`);
        i = marker.end - at;
      } else if (styled) {
        nodes.push(styled[1] ? html`<strong>${inline(styled[1], at + i + 2)}</strong>` : html`<code>${styled[2]}</code>`);
        i += styled[0].length;
      } else {
        let end = i + 1;
        while (end < source.length && !markers.has(at + end) && source[end] !== "*" && source[end] !== "`") end++;
        nodes.push(source.slice(i, end));
        i = end;
      }
    }
    return nodes;
  }
}

// The citations by the place of their marker in the text. The API counts characters, JavaScript UTF-16 units: they differ
// after the first emoji.
function placed(text, citations) {
  const markers = new Map();
  if (!citations.length) return markers;
  const units = [0];
  for (const character of text) units.push(units.at(-1) + character.length);
  citations.forEach((citation, number) => {
    const start = units[citation.index];
    const marker = markers.get(start) ?? { end: units[citation.end_index], numbers: [], citation };
    marker.numbers.push(number);
    marker.label = text.slice(start, marker.end);
    markers.set(start, marker);
  });
  return markers;
}

function Marker({ label, numbers, citation, onOpen }) {
  const where = [citation.filename, pages(citation)].filter(Boolean).join(", ");
  return html`<button class="marker" title=${where} aria-label=${`Source ${label}: ${where}`}
    onClick=${() => onOpen(numbers[0])}>${label.replace(/^[[【［(]|[\]】］)]$/g, "")}</button>`;
}
