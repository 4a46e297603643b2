// LangChain in JavaScript: `ChatOpenAI` over chat and over responses. The argument names a store about herons;
// OPENAI_BASE_URL says where the server is.

import assert from "node:assert/strict";
import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";

const [, , storeId] = process.argv;
const where = "Where do herons nest?";
const options = { model: "extractive", maxRetries: 0 };

async function chat() {
  const llm = new ChatOpenAI({ ...options, modelKwargs: { vector_store_ids: [storeId] } });
  const whole = await llm.invoke([new SystemMessage("Be brief."), new HumanMessage(where)]);
  assert.match(whole.text, /tall trees/);
  assert.ok(whole.usage_metadata.output_tokens > 0);
  let streamed = "";
  for await (const chunk of await llm.stream(where)) streamed += chunk.text;
  assert.equal(streamed, (await llm.invoke(where)).text);

  const history = [new HumanMessage(where), whole, new HumanMessage("What do they eat?")];
  assert.match((await llm.invoke(history)).text, /fish and frogs/);
  const stored = new ChatOpenAI({ ...options, model: `rag:${storeId}` }); // the store says, the default one does not
  assert.match((await stored.invoke("Where do owls nest?")).text, /hollow trees/);
}

async function responses() {
  const llm = new ChatOpenAI({ ...options, useResponsesApi: true });
  const searching = llm.bindTools([{ type: "file_search", vector_store_ids: [storeId], max_num_results: 3 }]);
  const whole = await searching.invoke(where);
  cites(whole);
  let streamed;
  for await (const chunk of await searching.stream(where)) streamed = streamed?.concat(chunk) ?? chunk;
  assert.equal(streamed.text, whole.text);
  cites(streamed);

  const history = [new HumanMessage(where), whole, new HumanMessage("What do they eat?")];
  assert.match((await searching.invoke(history)).text, /fish and frogs/);
  const chained = { previous_response_id: whole.response_metadata.id };
  assert.match((await searching.invoke("What do they eat?", chained)).text, /fish and frogs/);
}

function cites(message) {
  const notes = message.contentBlocks.flatMap((block) => block.annotations ?? []);
  assert.ok(notes.some((note) => note.title === "herons.txt"), message);
}

async function refused() {
  const unknown = new ChatOpenAI({ ...options, model: "rag:nothing" });
  await assert.rejects(unknown.invoke(where), (error) => error.status === 404 && /nothing/.test(error.message));
  const embeddings = new OpenAIEmbeddings({ maxRetries: 0 });
  await assert.rejects(embeddings.embedQuery(where), /found by their words/);
}

await chat();
await responses();
await refused();
