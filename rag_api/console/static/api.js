// The console is a client of the public API and nothing else: whatever it does, a program can do.
import { useEffect, useState } from "./html.js";
import { shared, useShared } from "./shared.js";
import { count } from "./words.js";

export const API = new URL("v1/", document.baseURI); // a proxy may serve all this under a prefix

// `asked` while a key has to be typed, with what was wrong with the one before; `returns` counts how often a server that
// was gone came back, so that views load again what they could not; `refused` is what no view has a place for.
export const connection = shared({ asked: null, gone: false, returns: 0, refused: "" });

const KEY = "rag-api key";
export let key = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? "";
let given = null; // resolves once the key that is asked for was typed

export function setKey(typed, remember) {
  key = typed;
  for (const storage of [sessionStorage, localStorage]) storage.removeItem(KEY);
  if (key) (remember ? localStorage : sessionStorage).setItem(KEY, key);
  connection.set({ asked: null });
  given?.resolve();
  given = null;
}

// Without one, what waits for it is refused as it was.
export function giveUp() {
  connection.set({ asked: null });
  given?.reject(new Refused(401, { message: "This needs an API key." }));
  given = null;
}

export function forgetKey() {
  setKey("");
  location.reload();
}

// Whoever was refused waits here, and then tries again: no text that somebody typed is lost to a key.
export async function keyOtherThan(used) {
  if (used !== key) return;
  if (!given) {
    given = {};
    given.promise = new Promise((resolve, reject) => Object.assign(given, { resolve, reject }));
    connection.set({ asked: key ? "This key is not valid here, or not any more." : "" });
  }
  await given.promise;
}

export class Refused extends Error {
  constructor(status, { message, code } = {}, retryAfter) {
    super(retryAfter ? `${message} Try again in ${count(retryAfter, "second")}.` : message);
    Object.assign(this, { status, code, retryAfter });
  }
}

export const refusal = (status, error, retryAfter) =>
  new Refused(status, error?.error ?? { message: `The server answered with status ${status}.` }, status === 429 && Number(retryAfter));

export function unreachable() {
  if (!connection.value.gone) {
    connection.set({ gone: true });
    knock();
  }
  return new Refused(0, { message: "The server cannot be reached." });
}

async function knock() {
  const answer = await fetch(new URL("../healthz", API), { cache: "no-store" }).catch(() => null);
  if (answer?.ok) connection.set({ gone: false, returns: connection.value.returns + 1 });
  else setTimeout(knock, 1500);
}

export const back = () =>
  new Promise((resolve) => {
    const look = () => (connection.value.gone ? setTimeout(look, 500) : resolve());
    look();
  });

export async function call(path, { method, body, signal } = {}) {
  for (;;) {
    const used = key;
    const response = await fetch(new URL(path, API), {
      method: method ?? (body ? "POST" : "GET"),
      headers: { ...(key && { authorization: `Bearer ${key}` }), ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
      keepalive: method === "DELETE", // also as the last thing that a page does
      signal,
    }).catch((error) => {
      throw error.name === "AbortError" ? error : unreachable();
    });
    if (response.ok) return response;
    if (response.status !== 401) {
      throw refusal(response.status, await response.json().catch(() => null), response.headers.get("retry-after"));
    }
    await keyOtherThan(used);
  }
}

export const get = async (path, signal) => (await call(path, { signal })).json();
export const post = async (path, body = {}, signal) => (await call(path, { body, signal })).json();
export const remove = (path) => call(path, { method: "DELETE" });

export const query = (values) =>
  new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined && value !== "" && value !== null)).toString();

// Each item of a list, page by page, up to `most`.
export async function all(path, values = {}, most = 1000, signal) {
  const items = [];
  for (let after; items.length < most; ) {
    const page = await get(`${path}?${query({ limit: 100, ...values, after })}`, signal);
    items.push(...page.data);
    if (!page.has_more) break;
    after = page.last_id;
  }
  return items;
}

// What the screen Code shows.
export const last = shared({ path: null, body: null });

// Yields each event of a stream.
export async function* stream(path, body, signal) {
  last.set({ path, body });
  const response = await call(path, { body: { ...body, stream: true }, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { done, value } = await reader.read().catch((error) => {
      throw error.name === "AbortError" ? error : unreachable();
    });
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const data = event
        .split("\n")
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).trimStart())
        .join("\n");
      if (data && data !== "[DONE]") yield JSON.parse(data);
    }
  }
}

// What a view needs of the server: loaded when `keys` change, when the server returns, and by `again`.
export function useLoad(load, keys) {
  const [state, setState] = useState({});
  const [times, setTimes] = useState(0);
  const { returns } = useShared(connection);
  useEffect(() => {
    const stopper = new AbortController();
    load(stopper.signal).then(
      (value) => stopper.signal.aborted || setState({ value }),
      (error) => error.name === "AbortError" || stopper.signal.aborted || setState((before) => ({ ...before, error })),
    );
    return () => stopper.abort();
  }, [...keys, times, returns]);
  return { ...state, again: () => setTimes((before) => before + 1) };
}
