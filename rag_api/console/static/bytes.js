// The bytes of files, on their way here and back.
import { API, call, key, keyOtherThan, refusal, unreachable } from "./api.js";

// By XMLHttpRequest, since fetch does not say how far an upload has got.
export async function upload(file, purpose, { repeated, onProgress }) {
  for (;;) {
    const used = key;
    const request = await send(file, purpose, repeated, onProgress);
    if (request.status < 300) return request.response;
    if (request.status !== 401) throw refusal(request.status, request.response, request.getResponseHeader("retry-after"));
    await keyOtherThan(used);
  }
}

function send(file, purpose, repeated, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("purpose", purpose);
    form.append("file", file, file.name);
    request.open("POST", new URL("files", API));
    if (key) request.setRequestHeader("authorization", `Bearer ${key}`);
    // As OpenAI's clients do: the server then returns what came before, if it came.
    if (repeated) request.setRequestHeader("x-stainless-retry-count", "1");
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.onload = () => resolve(request);
    request.onerror = () => reject(unreachable());
    request.send(form);
  });
}

// A file's bytes, fetched with the key that a link could not carry.
export async function picture(path, signal) {
  return URL.createObjectURL(await (await call(path, { signal })).blob());
}

export async function download(file_id, filename) {
  const url = await picture(`files/${file_id}/content`);
  const link = Object.assign(document.createElement("a"), { href: url, download: filename });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
