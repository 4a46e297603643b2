// The screen Code: how a program does what this page does, for the store that is chosen.
import { API, key, last } from "./api.js";
import { copy } from "./clipboard.js";
import { html, useState } from "./html.js";
import { Heading, styles } from "./screen.js";
import { useShared } from "./shared.js";

await styles("code.css");

const QUESTION = "What do my documents say about ...?";
const DEFAULT = "vs_default";

function snippets(store) {
  const url = API.href.slice(0, -1);
  const secret = key ? "YOUR_KEY" : "any";
  const model = `rag:${store}`;
  const header = key ? ` \\\n  -H 'authorization: Bearer ${secret}'` : "";
  return {
    Python: `from openai import OpenAI

client = OpenAI(base_url="${url}", api_key="${secret}")
answer = client.responses.create(
    input="${QUESTION}",
    tools=[{"type": "file_search", "vector_store_ids": ["${store}"]}],
)
print(answer.output_text)`,
    JavaScript: `// npm install openai
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${url}", apiKey: "${secret}" });
const answer = await client.responses.create({
  input: "${QUESTION}",
  tools: [{ type: "file_search", vector_store_ids: ["${store}"] }],
});
console.log(answer.output_text);`,
    curl: `curl ${url}/responses${header} \\
  -H 'content-type: application/json' \\
  -d '${JSON.stringify({ input: QUESTION, tools: [{ type: "file_search", vector_store_ids: [store] }] })}'`,
    LangChain: `# pip install langchain-openai
from langchain_openai import ChatOpenAI

model = ChatOpenAI(base_url="${url}", api_key="${secret}", model="${model}")
print(model.invoke("${QUESTION}").content)`,
    "MCP, for agents (with the extra rag-api[mcp])": JSON.stringify(
      { mcpServers: { documents: { url: new URL(`../mcp/${store}`, API), ...(key && { headers: { Authorization: `Bearer ${secret}` } }) } } },
      null,
      2,
    ),
    "Command line": `${key ? `export OPENAI_API_KEY=${secret}\n` : ""}rag-ingest add --url ${url}${store === DEFAULT ? "" : ` --store ${store}`} FOLDER`,
  };
}

// What was asked here last, as a command; the key is left to whoever runs it.
function asCurl({ path, body }) {
  const header = key ? ` \\\n  -H "authorization: Bearer $KEY"` : "";
  return `curl ${new URL(path, API)}${header} \\\n  -H 'content-type: application/json' \\\n  -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`;
}

export function Code({ store }) {
  const asked = useShared(last);
  return html`<div class="page">
    <${Heading}>Code<//>
    <p>Any OpenAI client works here: only the address${key ? " and the key change" : " changes"}. <a href="docs" target="_blank" rel="noopener">All endpoints with examples</a></p>
    ${asked.path && html`<${Snippet} name="The last request of this page, as curl" code=${asCurl(asked)} />`}
    ${Object.entries(snippets(store)).map(([name, code]) => html`<${Snippet} key=${name} name=${name} code=${code} />`)}
  </div>`;
}

function Snippet({ name, code }) {
  const [said, setSaid] = useState("");
  return html`<section class="snippet" aria-label=${name}>
    <div class="row"><h2>${name}</h2><button onClick=${() => copy(code).then(() => setSaid("Copied."))} aria-label=${`Copy ${name}`}>Copy</button><span role="status">${said}</span></div>
    <pre tabindex="0"><code>${code}</code></pre></section>`;
}
