// The screen Ask: a conversation about the documents of a store, kept on the server.
import { get, post, query, useLoad } from "./api.js";
import { Answer } from "./answer.js";
import { Conversations } from "./conversations.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { place, refine } from "./route.js";
import { Heading, Later } from "./screen.js";
import { useShared } from "./shared.js";
import { INCLUDE, ask, turnsOf } from "./turns.js";
import { count, pages } from "./words.js";

const DRAFT = "draft question"; // survives a reload
const TITLE = 80; // characters of a question that name a conversation

export function Ask({ store, openSource }) {
  const { id } = useShared(place);
  const [turns, setTurns] = useState([]);
  const [writing, setWriting] = useState(null); // what stops the answer that is being written
  const [said, setSaid] = useState(""); // to screen readers
  const [changes, setChanges] = useState(0); // of the list of conversations
  const shown = useRef(""); // the conversation whose turns are there
  const field = useRef();
  const list = useRef();

  const kept = useLoad(
    async (signal) => {
      if (id === shown.current) return;
      writing?.abort();
      setTurns(id ? turnsOf((await items(id, signal)).data.reverse()) : []);
      shown.current = id;
    },
    [id],
  );
  // The newest question stands at the top, and its answer grows below it, where it can be read.
  useEffect(() => list.current.querySelector("article:last-of-type")?.scrollIntoView(), [turns.length]);

  async function send(question, index) {
    const stopper = new AbortController();
    setWriting(stopper);
    setSaid("The answer is being written.");
    let conversation = shown.current;
    let turn = { question, text: "", citations: [], state: "writing" };
    let frame;
    // Not into another conversation that was opened meanwhile.
    const show = (turn) => shown.current === conversation && setTurns((before) => [...before.slice(0, index), turn]);
    show(turn);
    try {
      conversation ||= await begin(question);
      for await (turn of ask(question, conversation, store, stopper.signal)) {
        const now = turn;
        cancelAnimationFrame(frame); // a fast model sends more pieces than a screen can show
        frame = requestAnimationFrame(() => show(now));
      }
      cancelAnimationFrame(frame);
      show(turn);
      setSaid(`The answer is complete. ${verdict(turn) || count(sources(turn).length, "source") + "."}`);
    } catch (error) {
      cancelAnimationFrame(frame);
      const stopped = error.name === "AbortError";
      show({ ...turn, state: stopped ? "stopped" : "failed", fault: error.message });
      setSaid(stopped ? "Stopped." : "");
    }
    setWriting((now) => (now === stopper ? null : now));
    setChanges((before) => before + 1);
  }

  async function begin(question) {
    const title = question.replace(/\s+/g, " ").slice(0, TITLE);
    const { id } = await post("conversations", { metadata: { title, vector_store_id: store } });
    shown.current = id;
    refine({ screen: "ask", id, search: place.value.search });
    return id;
  }

  function submit(event) {
    event.preventDefault();
    const question = field.current.value.trim();
    if (!question || writing) return;
    field.current.value = "";
    sessionStorage.removeItem(DRAFT);
    send(question, turns.length);
  }

  return html`<div class="ask">
    <${Conversations} current=${id} changes=${changes} />
    <section class="chat" aria-label="Conversation">
      <div class="turns" tabindex="-1" ref=${list}>
        <${Heading}>Ask your documents<//>
        ${!turns.length && !kept.error && html`<p class="faint">Ask anything that your documents may answer. Each answer shows where it stands.</p>`}
        ${kept.error && html`<p class="fault" role="alert">${kept.error.message}</p>`}
        ${turns.map((turn, index) => html`<${Turn} key=${index} ...${turn}
          onOpen=${(citations, number) => openSource(citations, number)}
          onAgain=${writing || index < turns.length - 1 ? null : () => send(turn.question, index)} />`)}
      </div>
      <p class="unseen" role="status">${said}</p>
      <form onSubmit=${submit}>
        <label class="unseen" for="question">Your question</label>
        <textarea id="question" ref=${field} rows="2" placeholder="Your question" data-key="/" maxlength="32000" defaultValue=${sessionStorage.getItem(DRAFT) ?? ""}
          onInput=${(event) => sessionStorage.setItem(DRAFT, event.currentTarget.value)}
          onKeyDown=${(event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && submit(event)} />
        ${writing
          ? html`<button key="stop" type="button" onClick=${() => writing.abort()}>Stop</button>`
          : html`<button key="ask" class="main">Ask</button>`}
      </form>
    </section>
  </div>`;
}

const items = (id, signal) =>
  get(`conversations/${encodeURIComponent(id)}/items?${query({ limit: 100, order: "desc" })}&${INCLUDE.map((each) => "include[]=" + each).join("&")}`, signal);

const sources = ({ citations }) => [...new Map(citations.map((each) => [`${each.file_id} ${each.page_start}`, each])).values()];

// What has to be said of an answer that does not stand in the documents. Of a language model's, it is only known that it
// cites nothing.
function verdict({ state, citations, nearest, results, model }) {
  if (state !== "done" || !(nearest?.length || results?.length)) return "";
  const shown = nearest?.length ? " The nearest passages:" : "";
  if (citations.length) return shown && "It is not certain that this answers the question." + shown;
  return (model === "extractive" ? "Your documents hold no answer to this." : "Nothing in your documents supports this.") + shown;
}

function Turn(turn) {
  const { question, text, citations, nearest, state, status, fault, model, seconds, onOpen, onAgain } = turn;
  return html`<article aria-busy=${state === "writing"}>
    <h2>${question}</h2>
    <${Answer} text=${text} citations=${citations} onOpen=${(number) => onOpen(citations, number)} />
    ${state === "writing" && !text && html`<p class="faint">Searching …</p>`}
    ${state === "done" && status === "incomplete" && html`<p class="note">The answer was cut at the limit of the model.</p>`}
    ${state === "stopped" && html`<p class="faint">Stopped.</p>`}
    ${state === "failed" && html`<p class="fault" role="alert">${fault}</p>`}
    ${["failed", "stopped"].includes(state) && onAgain && html`<button onClick=${onAgain}>Try again</button>`}
    ${verdict(turn) && html`<p class="note">${verdict(turn)}</p>`}
    ${verdict(turn) && nearest && html`<${Later} load=${async () => (await import("./nearest.js")).Nearest} ...${turn} />`}
    ${citations.length > 0 && html`<ul class="sources" aria-label="Sources">${sources(turn).map(
      (each) => html`<li><button class="plain" onClick=${() => onOpen(citations, citations.indexOf(each))}>${each.filename}${each.page_start && html`<small> ${pages(each)}</small>`}</button></li>`,
    )}</ul>`}
    ${state === "done" && model && html`<footer class="faint">Answered by ${model}${seconds ? ` in ${seconds.toFixed(1)} s` : ""}</footer>`}
  </article>`;
}
