// A turn of a conversation, question and answer: as it is kept on the server, and as its events come in.
import { stream } from "./api.js";

export const INCLUDE = ["file_search_call.results", "file_search_call.results.details"];

const ENDED = ["completed", "incomplete"];
const NEW = { text: "", citations: [], results: null, nearest: null, state: "writing" };

// The turns of a conversation's items, in the order in which they were said.
export function turnsOf(items) {
  const turns = [];
  for (const item of items) {
    const turn = turns.at(-1);
    if (item.type === "message" && item.role === "user") turns.push({ ...NEW, question: textOf(item), state: "done" });
    else if (turn) Object.assign(turn, outcome(item));
  }
  return turns;
}

const textOf = (item) => item.content.map((part) => part.text ?? part.refusal ?? "").join("");

// What a finished item says of its turn.
function outcome(item) {
  if (item.type === "file_search_call") return { results: item.results ?? [] };
  if (item.type !== "message") return {};
  const citations = item.content.flatMap((part) => part.annotations ?? []);
  return { text: textOf(item), citations, nearest: item.nearest ?? null };
}

// Asks, and yields the turn as it grows.
export async function* ask(question, conversation, store, signal) {
  let turn = { ...NEW, question };
  const begun = performance.now();
  yield turn;
  const body = {
    input: question,
    conversation,
    tools: [{ type: "file_search", vector_store_ids: [store] }],
    include: INCLUDE,
  };
  for await (const event of stream("responses", body, signal)) {
    if (event.type === "response.output_text.delta") turn = { ...turn, text: turn.text + event.delta };
    else if (event.type === "response.output_item.done") turn = { ...turn, ...outcome(event.item) };
    else if (event.type === "error") throw new Error(event.message);
    else if (event.response) turn = { ...turn, model: event.response.model, status: event.response.status };
    else continue;
    yield turn;
  }
  if (!ENDED.includes(turn.status)) throw new Error("The answer broke off before its end.");
  yield { ...turn, state: "done", seconds: (performance.now() - begun) / 1000 };
}
