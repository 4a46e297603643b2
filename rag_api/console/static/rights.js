// What the key in use allows, so that nothing is offered that would be refused.
import { get } from "./api.js";
import { shared } from "./shared.js";

export const rights = shared({ write: false, admin: false, known: false });

export async function learnRights(signal) {
  const { scope, id } = await get("key", signal);
  rights.set({ known: true, write: scope !== "read", admin: scope === "admin", needsKey: Boolean(id) });
}
