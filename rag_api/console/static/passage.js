// A passage of a file as a person reads it: tables as tables, headings without their signs, and what is sought marked.
// None of it becomes HTML.
import { html } from "./html.js";
import { styles } from "./screen.js";
import { BAR, RULE } from "./words.js";

await styles("passage.css");

const HEADING = /^#{1,6} +(?=\S)/; // and a comment in many languages
const ROW = /^\s*\|(?:\s|\|).*\|\s*$/;
const CUT = /^\s*\|\s|\s\|\s.*\s\|\s*$/; // where a passage begins or ends within a row

// `headings` are those above the passage; where there are none, no line is one. `marks` are where what is marked begins
// and ends, in order; `first` is the ref of the first mark.
export function Passage({ text, headings = [], marks = [], first, ...attributes }) {
  let ref = first;
  return html`<div class="passage" tabindex="0" ...${attributes}>${blocks(text, headings.length > 0).map((block) =>
    block.rows
      ? html`<table><tbody>${block.rows.map(({ cells, isHeader }) => html`<tr>${cells.map(([from, to]) =>
          isHeader ? html`<th scope="col">${inline(from, to, unescaped)}</th>` : html`<td>${inline(from, to, unescaped)}</td>`)}</tr>`)}</tbody></table>`
      : html`<p class=${block.isHeading && "heading"}>${inline(block.from, block.to)}</p>`)}</div>`;

  function inline(from, to, said = asItIs) {
    const words = (start, end) => said(text.slice(start, end));
    const nodes = [];
    let at = from;
    for (const mark of marks) {
      const [start, end] = [Math.max(mark[0], at), Math.min(mark[1], to)];
      if (start >= end) continue;
      nodes.push(words(at, start), html`<mark ref=${ref}>${words(start, end)}</mark>`);
      ref = null;
      at = end;
    }
    return [...nodes, words(at, to)];
  }
}

const asItIs = (words) => words;
const unescaped = (cell) => cell.replaceAll("\\|", "|");

// Paragraphs and headings with where they stand in the text, and tables with where their cells do.
function blocks(text, hasHeadings) {
  const lines = text.split("\n");
  const found = [];
  let at = 0;
  let after = "\n"; // the kind of the line before
  lines.forEach((line, index) => {
    const to = at + line.length;
    const last = found.at(-1);
    const next = lines[index + 1] ?? "";
    if (RULE.test(line)) {
      if (after === "row") last.rows.at(-1).isHeader = true;
    } else if (ROW.test(line) || (CUT.test(line) && (index === 0 ? ROW.test(next) : index === lines.length - 1 && after === "row"))) {
      if (after !== "row") found.push({ rows: [] });
      found.at(-1).rows.push({ cells: cells(line, at) });
      after = "row";
    } else if (!line.trim()) after = "\n";
    else if (hasHeadings && after === "\n" && HEADING.test(line) && !next.trim()) {
      found.push({ from: at + HEADING.exec(line)[0].length, to, isHeading: true });
      after = "heading";
    } else {
      if (after === "words") last.to = to;
      else found.push({ from: at, to });
      after = "words";
    }
    at = to + 1;
  });
  return found;
}

// Of a row that is cut, the first or the last cell has no bar beside it.
function cells(line, at) {
  const found = [];
  let start = at;
  const pieces = line.split(BAR);
  pieces.forEach((piece, index) => {
    const words = piece.trim();
    const from = start + piece.length - piece.trimStart().length;
    if (words || (index && index < pieces.length - 1)) found.push([from, from + words.length]);
    start += piece.length + 1;
  });
  return found;
}
