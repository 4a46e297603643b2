// The AI SDK: generateText and streamText over chat, from the default store, and over responses.
// The argument names a store about herons; OPENAI_BASE_URL says where the server is.

import assert from "node:assert/strict";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, streamText } from "ai";

const [, , storeId] = process.argv;
const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL, apiKey: "any" });
const prompt = "Where do herons nest?";
const onError = ({ error }) => { throw error; };

async function chat() {
  const model = openai.chat("extractive");
  const whole = await generateText({ model, prompt, maxRetries: 0 });
  assert.match(whole.text, /tall trees/);
  assert.ok(whole.usage.outputTokens > 0);
  assert.ok(whole.sources.some((source) => source.title === "herons.txt"));
  const streamed = streamText({ model, prompt, maxRetries: 0, onError });
  assert.equal(await streamed.text, whole.text);
  const owls = await generateText({ model: openai.chat(`rag:${storeId}`), prompt: "Where do owls nest?", maxRetries: 0 });
  assert.match(owls.text, /hollow trees/); // the store says, the default one does not
}

async function responses() {
  const model = openai.responses("extractive");
  const tools = { file_search: openai.tools.fileSearch({ vectorStoreIds: [storeId], maxNumResults: 3 }) };
  const providerOptions = { openai: { include: ["file_search_call.results"] } };
  const request = { model, tools, providerOptions, maxRetries: 0 };
  const whole = await generateText({ ...request, prompt });
  assert.match(whole.text, /tall trees/);
  assert.ok(whole.sources.some((source) => source.filename === "herons.txt"));
  assert.ok(whole.toolResults.some((result) => result.output.results?.[0].filename === "herons.txt"));
  const streamed = streamText({ ...request, prompt, onError });
  assert.equal(await streamed.text, whole.text);
  assert.deepEqual((await streamed.sources).map((source) => source.filename), whole.sources.map((source) => source.filename));

  const messages = [{ role: "user", content: prompt }, ...whole.response.messages, { role: "user", content: "What do they eat?" }];
  assert.match((await generateText({ ...request, messages })).text, /fish and frogs/);
  const chained = { openai: { previousResponseId: whole.providerMetadata.openai.responseId } };
  assert.match((await generateText({ ...request, providerOptions: chained, prompt: "What do they eat?" })).text, /fish and frogs/);
}

await chat();
await responses();
