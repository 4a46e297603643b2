// The screen Search: the passages that are found, best first, and why each was.
import { all, last, post, useLoad } from "./api.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { go, place } from "./route.js";
import { Passage } from "./passage.js";
import { Heading, styles } from "./screen.js";
import { useShared } from "./shared.js";
import { count, pages } from "./words.js";

await styles("search.css");

const FILES_LOOKED_AT = 200; // for the attributes that there are
const COMPARED = { eq: "is", ne: "is not", gt: "is above", gte: "is at least", lt: "is below", lte: "is at most" };

export function Search({ store, openSource }) {
  const { search } = useShared(place);
  const { q = "", key = "", how = "eq", value = "" } = search;
  const path = `vector_stores/${encodeURIComponent(store)}`;
  const attributes = useLoad(async (signal) => valuesOf(await all(`${path}/files`, {}, FILES_LOOKED_AT, signal)), [store]);
  const results = useLoad(
    async (signal) => {
      if (!q) return null;
      const body = { query: q, max_num_results: 20, include: ["details"], ...(key && { filters: { type: how, key, value: parsed(value) } }) };
      last.set({ path: `${path}/search`, body });
      return post(`${path}/search`, body, signal);
    },
    [store, q, key, how, value],
  );
  const [chosen, setChosen] = useState(key);
  const words = useRef();
  useEffect(() => {
    words.current.value = q; // only now: what is being typed stays, whatever comes in meanwhile
  }, [q]);
  const found = results.value?.data ?? [];

  function submit(event) {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.currentTarget));
    go({ screen: "search", search: { store: search.store, ...form, ...(!form.key && { how: "", value: "" }) } });
  }
  return html`<div class="page">
    <${Heading}>Search<//>
    <form class="row" role="search" onSubmit=${submit}>
      <label class="unseen" for="words">Words or a question</label>
      <input id="words" name="q" type="search" required data-key="/" placeholder="Words or a question" maxlength="32000" ref=${words} />
      ${attributes.value?.size > 0 && html`<label>Only where <select name="key" value=${chosen} onChange=${(event) => setChosen(event.currentTarget.value)}>
        <option value="">anything</option>${[...attributes.value.keys()].map((each) => html`<option>${each}</option>`)}</select></label>`}
      ${chosen && attributes.value?.has(chosen) && html`
        <select name="how" aria-label="How it is compared">${Object.entries(COMPARED).map(([each, name]) => html`<option value=${each} selected=${each === how}>${name}</option>`)}</select>
        <select name="value" aria-label="Value">${[...attributes.value.get(chosen)].map((each) => html`<option value=${each} selected=${each === value}>${String(JSON.parse(each))}</option>`)}</select>`}
      <button class="main">Search</button>
    </form>
    ${results.error && html`<p class="fault" role="alert">${results.error.message}</p>`}
    <p role="status" class="faint">${results.value ? (found.length ? `${count(found.length, "passage")}, the best first. Searched for: ${results.value.search_query.join(", ")}` : "Nothing was found. Try other words, or fewer.") : ""}</p>
    <ol class="results">${found.map((result, index) => html`<${Result} key=${index} result=${result} onOpen=${() => openSource(found.map(asCitation), index)} />`)}</ol>
  </div>`;
}

// A value in the address may have been typed by hand.
function parsed(value) {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

// The values of each attribute, as JSON, so that 1 and "1" are two.
function valuesOf(files) {
  const values = new Map();
  for (const { attributes } of files)
    for (const [key, value] of Object.entries(attributes)) values.set(key, (values.get(key) ?? new Set()).add(JSON.stringify(value)));
  return values;
}

const asCitation = ({ file_id, filename, content, details: { chunk, ...place } }) => ({ ...place, file_id, filename, quote: content[0].text, chunk_start: chunk, isFound: true });

function Result({ result, onOpen }) {
  const { filename, score, content, details } = result;
  return html`<li>
    <h2><button class="plain" data-step onClick=${onOpen}>${filename}</button><small> ${[pages(details), details.headings.join(" › "), `score ${score.toFixed(2)}`].filter(Boolean).join(" · ")}</small></h2>
    <${Passage} text=${content[0].text} headings=${details.headings} marks=${places(content[0].text, details.matched)} />
    <details><summary>Why</summary><dl class="why">
      <div><dt>Words in common</dt><dd>${details.matched.length ? details.matched.join(", ") : "none"}</dd></div>
      <div><dt>By its words</dt><dd>${share(details.words)}</dd></div>
      <div><dt>By its meaning</dt><dd>${details.meaning === null ? "not compared: no embedding model is set" : share(details.meaning)}</dd></div>
      ${details.found_at !== null && html`<div><dt>Before it was reranked</dt><dd>place ${details.found_at}</dd></div>`}
      <div><dt>Given to the model as</dt><dd>[${details.number}]</dd></div></dl></details>
  </li>`;
}

const share = (score) => (score === null ? "not found by it" : score.toFixed(2));

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

// What may not stand beside a word that begins or ends with this character: a word may be part of "getUser57".
const beside = (character) => (/\p{N}/u.test(character) ? "\\p{N}" : UNSPACED.test(character) ? "[]" : "\\p{L}");

// Where these words stand in the text, as words.
function places(text, words) {
  if (!words.length) return [];
  const longest = [...words].sort((a, b) => b.length - a.length).map((word) => {
    const characters = [...word];
    return `(?<!${beside(characters[0])})${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?!${beside(characters.at(-1))})`;
  });
  return [...text.matchAll(new RegExp(longest.join("|"), "gu"))].map((match) => [match.index, match.index + match[0].length]);
}
