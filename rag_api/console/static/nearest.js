// The passages that come nearest to a question that the documents do not answer.
import { html } from "./html.js";
import { Passage } from "./passage.js";

export function Nearest({ nearest, results, onOpen }) {
  const found = nearest.slice(0, 3).map((each, index) => ({
    ...each,
    page_start: each.page,
    quote: each.text,
    vector_store_id: results?.[index]?.details?.vector_store_id,
    chunk_start: results?.[index]?.details?.chunk,
    chunk_end: results?.[index]?.details?.chunk_end,
    url: results?.[index]?.details?.url,
  }));
  return html`<ul class="nearest">${found.map((each, index) => html`<li>
    <button class="plain" onClick=${() => onOpen(found, index)}>${each.filename}${each.page && html`<small> page ${each.page}</small>`}</button>
    <${Passage} text=${each.text} headings=${results?.[index]?.details?.headings} /></li>`)}</ul>`;
}
