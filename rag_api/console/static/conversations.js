// The conversations that the server keeps: go on with one, rename it, delete it.
import { get, query, remove, useLoad } from "./api.js";
import { html, useState } from "./html.js";
import { address, go } from "./route.js";
import { Later } from "./screen.js";
import { moment } from "./words.js";

const WIDE = matchMedia("(min-width: 75rem)");
export const titleOf = ({ metadata, created_at }) => metadata.title || `Conversation of ${moment(created_at)}`;

export function Conversations({ current, changes }) {
  const [limit, setLimit] = useState(30);
  const [renamed, setRenamed] = useState(null);
  const [gone, setGone] = useState([]);
  const list = useLoad((signal) => get(`conversations?${query({ limit })}`, signal), [limit, changes]);
  const shown = list.value?.data.filter(({ id }) => !gone.includes(id)) ?? [];

  async function discard(conversation) {
    const { deleteSoon } = await import("./undo.js");
    setGone((before) => [...before, conversation.id]);
    if (conversation.id === current) go({ screen: "ask" });
    deleteSoon(
      `“${titleOf(conversation)}”`,
      () => remove(`conversations/${conversation.id}`),
      () => setGone((before) => before.filter((id) => id !== conversation.id)),
    );
  }

  return html`<details class="conversations" open=${WIDE.matches}>
    <summary>Conversations</summary>
    <a class="button" href=${address({ screen: "ask" })}>New conversation</a>
    <ul>${shown.map((each) => html`<li key=${each.id}>
      <a href=${address({ screen: "ask", id: each.id, search: { store: each.metadata.vector_store_id } })} aria-current=${each.id === current ? "page" : null}>${titleOf(each)}</a>
      <button class="plain" aria-label=${`Rename ${titleOf(each)}`} title="Rename" onClick=${() => setRenamed(each)}>✎</button>
      <button class="plain" aria-label=${`Delete ${titleOf(each)}`} title="Delete" onClick=${() => discard(each)}>✕</button></li>`)}</ul>
    ${list.error && html`<p class="fault">${list.error.message}</p>`}
    ${list.value?.has_more && limit < 100 && html`<button onClick=${() => setLimit(100)}>Older ones</button>`}
    ${renamed && html`<${Later} load=${async () => (await import("./rename.js")).Rename} conversation=${renamed} onClose=${() => setRenamed(null)} onDone=${list.again} />`}
  </details>`;
}
