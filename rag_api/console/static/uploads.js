// Files on their way into a store: at most four are sent at a time, and each is followed until it has been read.
import { all, back, post } from "./api.js";
import { upload } from "./bytes.js";
import { shared } from "./shared.js";

const AT_ONCE = 4;
const LOOK_MS = 1000;
const DEFAULT = "vs_default";
const AGAIN = [0, 429, 503]; // a server that is gone, or asks for patience: a file is sent again then

// WAITING and SENDING need this page; what is READING goes on without it.
export const WAITING = "waiting", SENDING = "sending", READING = "reading", DONE = "done", FAILED = "failed";

export const uploads = shared({ items: [] });

export function add(files, store) {
  const items = files.map((file) => ({ file, name: file.name, store, state: WAITING, share: 0, reason: "" }));
  uploads.set({ items: [...uploads.value.items, ...items] });
  for (let busy = number(SENDING); busy < AT_ONCE; busy++) next();
}

export const number = (...states) => uploads.value.items.filter(({ state }) => states.includes(state)).length;

export const clear = () => uploads.set({ items: uploads.value.items.filter(({ state }) => ![DONE, FAILED].includes(state)) });

export function retry(item) {
  change(item, { state: WAITING, reason: "", repeated: true });
  if (number(SENDING) < AT_ONCE) next();
}

function change(item, changes) {
  Object.assign(item, changes);
  uploads.set({});
}

async function next() {
  const item = uploads.value.items.find(({ state }) => state === WAITING);
  if (!item) return;
  change(item, { state: SENDING });
  try {
    await send(item);
    change(item, { state: READING, file: null });
    follow(item.store);
  } catch (error) {
    change(item, { state: FAILED, reason: error.message });
  }
  next();
}

async function send(item) {
  // Any other purpose would put it into the default store, too, or let it expire.
  const purpose = item.store === DEFAULT ? "assistants" : "evals";
  for (;;) {
    try {
      item.id ??= (await upload(item.file, purpose, { repeated: item.repeated, onProgress: (share) => change(item, { share }) })).id;
      if (item.store !== DEFAULT) await post(`vector_stores/${item.store}/files`, { file_id: item.id });
      return;
    } catch (error) {
      if (!AGAIN.includes(error.status) || error.code === "insufficient_quota") throw error;
      item.repeated = true;
      await back();
      await new Promise((resolve) => setTimeout(resolve, (error.retryAfter || 1) * 1000));
    }
  }
}

const followed = new Set();

// Two lists say how all are doing, however many there are: what is unfinished, and what failed.
async function follow(store) {
  if (followed.has(store)) return;
  followed.add(store);
  for (;;) {
    const mine = uploads.value.items.filter((item) => item.store === store && item.state === READING);
    if (!mine.length) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS + mine.length)); // more files, longer lists
    await look(store, mine).catch((error) => (error.status ? undefined : back()));
  }
  followed.delete(store);
}

async function look(store, mine) {
  const path = `vector_stores/${store}/files`;
  const unfinished = new Set((await all(path, { filter: "in_progress" }, 10_000)).map(({ id }) => id));
  const read = mine.filter(({ id }) => !unfinished.has(id));
  if (!read.length) return;
  const reasons = new Map((await all(path, { filter: "failed" }, 10_000)).map(({ id, last_error }) => [id, last_error?.message]));
  for (const item of read) {
    if (reasons.has(item.id)) Object.assign(item, { state: FAILED, reason: reasons.get(item.id) || "It could not be read.", kept: true });
    else item.state = DONE;
  }
  uploads.set({ finished: (uploads.value.finished ?? 0) + 1 });
}

addEventListener("beforeunload", (event) => {
  if (number(WAITING, SENDING)) event.preventDefault();
});

// Files that systems and programs leave behind, which nobody means to upload.
const HIDDEN = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;
export const meant = (files) => files.filter(({ name, size }) => !HIDDEN.test(name) && size);

// What was dropped, with all that is in its folders.
export async function dropped(transfer) {
  // Read at once: the list is empty after the event.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  return (await Promise.all(entries.map(inside))).flat();
}

async function inside(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const files = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at most
    if (!some.length) return files;
    for (const each of some) files.push(...(await inside(each)));
  }
}
