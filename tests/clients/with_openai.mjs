// The official JavaScript client, from upload to citation: `node with_openai.mjs openai-6` (or openai-7).
// OPENAI_BASE_URL says where the server is; the extractive model answers.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

const { default: OpenAI, toFile, BadRequestError, NotFoundError } = await import(process.argv[2]);
const client = new OpenAI({ apiKey: "any", maxRetries: 0 });

const HERONS = "Herons nest in tall trees near water. They eat fish and frogs.";
const OWLS = "Owls hunt at night. Their ears are not level with each other.";
const WHERE = "Where do herons nest?";
const text = (name, content) => new File([content], name, { type: "text/plain" });
const all = async (pages) => {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
};

async function files() {
  const stream = await client.files.create({ file: createReadStream(process.argv[1]), purpose: "user_data" });
  assert.equal(stream.filename, "with_openai.mjs");
  const buffer = await client.files.create({ file: await toFile(Buffer.from(OWLS), "Eulen und Käuze.txt"), purpose: "assistants" });
  assert.equal(buffer.filename, "Eulen und Käuze.txt");
  assert.equal((await client.files.waitForProcessing(buffer.id)).status, "processed");
  assert.equal(await (await client.files.content(buffer.id)).text(), OWLS);

  for (let i = 0; i < 3; i++) await client.files.create({ file: text(`${i}.txt`, HERONS), purpose: "batch" });
  const batch = await all(client.files.list({ purpose: "batch", limit: 2, order: "asc" }));
  assert.deepEqual(batch.map((file) => file.filename), ["0.txt", "1.txt", "2.txt"]);

  assert.equal((await client.files.delete(buffer.id)).deleted, true);
  await assert.rejects(client.files.retrieve(buffer.id), NotFoundError);
}

async function uploads() {
  const pieces = ["Herons nest ", "in tall trees ", "near water."];
  const whole = pieces.join("");
  const upload = await client.uploads.create({ filename: "h.txt", purpose: "assistants", bytes: whole.length, mime_type: "text/plain" });
  assert.equal(upload.status, "pending");
  const parts = await Promise.all(pieces.map((piece) => client.uploads.parts.create(upload.id, { data: text("part", piece) })));
  const done = await client.uploads.complete(upload.id, {
    part_ids: parts.map((part) => part.id),
    md5: createHash("md5").update(whole).digest("hex"),
  });
  assert.equal(done.status, "completed");
  assert.equal(await (await client.files.content(done.file.id)).text(), whole);

  const other = await client.uploads.create({ filename: "o.txt", purpose: "assistants", bytes: 1, mime_type: "text/plain" });
  assert.equal((await client.uploads.cancel(other.id)).status, "cancelled");
  await assert.rejects(client.uploads.parts.create(other.id, { data: text("part", "x") }), BadRequestError);
}

async function stores() {
  const store = await client.vectorStores.create({ name: "birds", metadata: { kind: "test" } });
  assert.deepEqual([store.name, store.status, store.metadata], ["birds", "completed", { kind: "test" }]);
  const renamed = await client.vectorStores.update(store.id, { name: "all birds", metadata: null });
  assert.deepEqual([renamed.name, renamed.metadata ?? {}], ["all birds", {}]);

  const herons = await client.vectorStores.files.uploadAndPoll(store.id, text("herons.txt", HERONS));
  assert.deepEqual([herons.status, herons.last_error], ["completed", null]);
  const uploaded = await client.files.create({ file: text("owls.txt", OWLS), purpose: "assistants" });
  const owls = await client.vectorStores.files.createAndPoll(store.id, { file_id: uploaded.id, attributes: { night: true, size: 2 } });
  assert.deepEqual([owls.status, owls.attributes], ["completed", { night: true, size: 2 }]);
  const broken = await client.vectorStores.files.uploadAndPoll(store.id, text("broken.pdf", "no PDF"));
  assert.deepEqual([broken.status, broken.last_error.code], ["failed", "invalid_file"]);

  const done = await all(client.vectorStores.files.list(store.id, { limit: 1, order: "asc", filter: "completed" }));
  assert.deepEqual(done.map((file) => file.id), [herons.id, owls.id]);
  const content = await all(await client.vectorStores.files.content(owls.id, { vector_store_id: store.id }));
  assert.equal(content.map((part) => part.text).join(""), OWLS);
  const changed = await client.vectorStores.files.update(owls.id, { vector_store_id: store.id, attributes: { size: 3 } });
  assert.deepEqual(changed.attributes, { size: 3 });
  await client.vectorStores.files.delete(broken.id, { vector_store_id: store.id });
  const { file_counts } = await client.vectorStores.retrieve(store.id);
  assert.deepEqual([file_counts.completed, file_counts.total], [2, 2]);

  const other = await client.vectorStores.create();
  const listed = await all(client.vectorStores.list({ limit: 1 }));
  assert.deepEqual(listed.slice(0, 2).map((each) => each.id), [other.id, store.id]);
  assert.equal((await client.vectorStores.delete(other.id)).deleted, true);
  await assert.rejects(client.vectorStores.retrieve(other.id), NotFoundError);
  return store;
}

async function batches(store) {
  const extra = await client.files.create({ file: text("extra.txt", "Cranes dance."), purpose: "assistants" });
  const sent = [text("a.txt", "Storks clatter."), text("b.txt", "Ibises probe the mud.")];
  const batch = await client.vectorStores.fileBatches.uploadAndPoll(store.id, { files: sent, fileIds: [extra.id] });
  assert.deepEqual([batch.status, batch.file_counts.completed, batch.file_counts.total], ["completed", 3, 3]);
  const listed = await all(client.vectorStores.fileBatches.listFiles(batch.id, { vector_store_id: store.id, limit: 2 }));
  assert.deepEqual(new Set(listed.map((file) => file.status)), new Set(["completed"]));
  assert.ok(listed.length === 3 && listed.some((file) => file.id === extra.id));

  const again = await client.vectorStores.fileBatches.createAndPoll(store.id, {
    files: [{ file_id: extra.id, attributes: { dance: true } }],
  });
  assert.equal(again.status, "completed");
  const cancelled = await client.vectorStores.fileBatches.cancel(again.id, { vector_store_id: store.id });
  assert.equal(cancelled.id, again.id);
}

async function search(store) {
  const [found] = await all(client.vectorStores.search(store.id, { query: WHERE }));
  assert.equal(found.filename, "herons.txt");
  assert.ok(found.score > 0 && found.score <= 1);
  const several = await all(client.vectorStores.search(store.id, { query: ["herons", "owls"], max_num_results: 2 }));
  assert.deepEqual(new Set(several.map((each) => each.filename)), new Set(["herons.txt", "owls.txt"]));
  const filters = { type: "and", filters: [{ type: "gte", key: "size", value: 3 }, { type: "ne", key: "night", value: true }] };
  const filtered = await all(client.vectorStores.search(store.id, { query: "herons owls", filters }));
  assert.deepEqual(filtered.map((each) => each.filename), ["owls.txt"]);
}

async function chat(store) {
  const request = { model: "m", messages: [{ role: "user", content: WHERE }], vector_store_ids: [store.id] };
  const whole = await client.chat.completions.create(request);
  const [{ message }] = whole.choices;
  assert.match(message.content, /tall trees/);
  const { start_index, end_index, title } = message.annotations[0].url_citation;
  assert.deepEqual([title, message.content.slice(start_index, end_index)], ["herons.txt", "[1]"]);

  let heard = "";
  const stream = client.chat.completions.stream({ ...request, stream_options: { include_usage: true } });
  stream.on("content", (delta) => (heard += delta));
  const final = await stream.finalChatCompletion();
  assert.equal(final.choices[0].message.content, message.content);
  assert.equal(heard, message.content);
  assert.deepEqual(final.usage, whole.usage);
}

async function noAnswer(store) {
  const unanswerable = "Who founded the club of the herons?";
  const request = { model: "m", messages: [{ role: "user", content: unanswerable }], vector_store_ids: [store.id] };
  const { data, response } = await client.chat.completions.create(request).withResponse();
  const { nearest, annotations } = data.choices[0].message;
  assert.deepEqual([nearest[0].filename, annotations, response.headers.get("x-rag-searched")], ["herons.txt", undefined, "stores"]);
  const streamed = await client.chat.completions.stream(request).finalChatCompletion();
  assert.deepEqual(streamed.choices[0].message.nearest, nearest);

  const asked = { model: `rag:${store.id}`, input: unanswerable };
  const final = await client.responses.stream(asked).finalResponse();
  assert.deepEqual(final.output[1].nearest, nearest);
}

async function keptChats(store) {
  const request = { model: "m", messages: [{ role: "user", content: WHERE }], vector_store_ids: [store.id] };
  const kept = await client.chat.completions.create({ ...request, store: true, metadata: { story: process.argv[2] } });
  const listed = await all(client.chat.completions.list({ limit: 1, metadata: { story: process.argv[2] } }));
  assert.deepEqual(listed.map((each) => each.id), [kept.id]);
  assert.equal((await all(client.chat.completions.messages.list(kept.id)))[0].content, WHERE);
  assert.match(kept.choices[0].message.content, /tall trees/);
  assert.equal((await client.chat.completions.delete(kept.id)).deleted, true);

  const models = (await all(client.models.list())).map((model) => model.id);
  assert.ok(models.includes("extractive"));
  assert.ok(models.includes("rag:all birds"));
  assert.match((await client.chat.completions.create({ model: `rag:${store.id}`, messages: request.messages })).choices[0].message.content, /tall trees/);
}

async function responses(store) {
  const request = { model: "m", input: WHERE, tools: [{ type: "file_search", vector_store_ids: [store.id] }] };
  const whole = await client.responses.create({ ...request, include: ["file_search_call.results"] });
  assert.deepEqual([whole.status, whole.output.map((item) => item.type)], ["completed", ["file_search_call", "message"]]);
  assert.match(whole.output_text, /tall trees/);
  assert.equal(whole.output[0].results[0].filename, "herons.txt");
  const [citation] = whole.output[1].content[0].annotations;
  assert.deepEqual([citation.type, citation.filename], ["file_citation", "herons.txt"]);

  const types = [];
  const stream = client.responses.stream(request);
  stream.on("event", (event) => types.push(event.type));
  const final = await stream.finalResponse();
  assert.equal(final.output_text, whole.output_text);
  assert.deepEqual(final.output[1].content[0].annotations, whole.output[1].content[0].annotations);
  assert.ok(types[0] === "response.created" && types.at(-1) === "response.completed");
  assert.ok(types.includes("response.file_search_call.searching") && types.includes("response.output_text.delta"));

  const kept = await client.responses.retrieve(whole.id, { include: ["file_search_call.results"] });
  assert.deepEqual(kept.output, whole.output);
  const next = await client.responses.create({ ...request, previous_response_id: whole.id, input: "What do they eat?" });
  assert.match(next.output_text, /fish and frogs/);
  const [item] = await all(client.responses.inputItems.list(whole.id));
  assert.deepEqual([item.role, item.content[0].text], ["user", WHERE]);

  let running = await client.responses.create({ ...request, background: true });
  assert.ok(["queued", "in_progress"].includes(running.status));
  while (["queued", "in_progress"].includes(running.status)) running = await client.responses.retrieve(running.id);
  assert.deepEqual([running.status, running.output_text], ["completed", whole.output_text]);

  const live = await all(await client.responses.create({ ...request, background: true, stream: true }));
  const [{ response }] = live;
  const resumed = await all(await client.responses.retrieve(response.id, { stream: true, starting_after: 3 }));
  assert.deepEqual(resumed, live.slice(4));

  assert.ok((await client.responses.inputTokens.count({ model: "m", input: WHERE })).input_tokens > 0);
  await client.responses.delete(whole.id);
  await assert.rejects(client.responses.retrieve(whole.id), NotFoundError);
}

async function conversations(store) {
  const conversation = await client.conversations.create({ metadata: { topic: "birds" } });
  const request = { model: "m", conversation: conversation.id, tools: [{ type: "file_search", vector_store_ids: [store.id] }] };
  await client.responses.create({ ...request, input: WHERE });
  const second = await client.responses.create({ ...request, input: "What do they eat?" });
  assert.match(second.output_text, /fish and frogs/);
  const items = await all(client.conversations.items.list(conversation.id, { limit: 2, order: "asc" }));
  assert.deepEqual(items.filter((item) => item.role === "user").map((item) => item.content[0].text), [WHERE, "What do they eat?"]);
  const added = await client.conversations.items.create(conversation.id, { items: [{ role: "user", content: "Thanks." }] });
  await client.conversations.items.delete(added.data[0].id, { conversation_id: conversation.id });
  assert.deepEqual((await client.conversations.update(conversation.id, { metadata: {} })).metadata, {});
  assert.equal((await client.conversations.delete(conversation.id)).deleted, true);
  await assert.rejects(client.conversations.retrieve(conversation.id), NotFoundError);
}

async function errors() {
  const request = { model: "m", messages: [{ role: "user", content: "hi" }] };
  await assert.rejects(client.chat.completions.create({ ...request, n: 0 }), (error) => {
    assert.ok(error instanceof BadRequestError);
    assert.deepEqual([error.status, error.param, error.code], [400, "n", "integer_below_min_value"]);
    assert.match(error.requestID, /^req_/);
    return true;
  });
  await assert.rejects(client.models.retrieve("org/na me:x"), (error) => error instanceof NotFoundError && error.code === "model_not_found");
  await assert.rejects(client.embeddings.create({ model: "m", input: "hi" }), /found by their words/);
  await assert.rejects(client.chat.completions.create({ ...request, vector_store_ids: ["vs_nope"], stream: true }), NotFoundError);
}

await files();
await uploads();
const store = await stores();
await batches(store);
await search(store);
await chat(store);
await noAnswer(store);
await keptChats(store);
await responses(store);
await conversations(store);
await errors();
console.log("the end of the story");
