// Another name for a conversation.
import { post } from "./api.js";
import { titleOf } from "./conversations.js";
import { Dialog } from "./dialog.js";
import { html, useState } from "./html.js";

export function Rename({ conversation, onClose, onDone }) {
  const [fault, setFault] = useState("");
  async function save(event) {
    event.preventDefault();
    const title = new FormData(event.currentTarget).get("title").trim();
    try {
      await post(`conversations/${conversation.id}`, { metadata: { ...conversation.metadata, title } });
      onDone();
      onClose();
    } catch (error) {
      setFault(error.message);
    }
  }
  return html`<${Dialog} title="Rename the conversation" onClose=${onClose}>
    <form onSubmit=${save}>
      <label>Name <input name="title" required maxlength="200" defaultValue=${titleOf(conversation)} /></label>
      ${fault && html`<p class="fault" role="alert">${fault}</p>`}
      <button class="main">Rename</button>
    </form><//>`;
}
