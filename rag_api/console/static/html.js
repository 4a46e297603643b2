// What every view is written with: tagged templates that make nodes. No text ever becomes HTML.
import { h } from "./vendor/preact.js";
import htm from "./vendor/htm.js";

export { render } from "./vendor/preact.js";
export { useEffect, useLayoutEffect, useRef, useState } from "./vendor/hooks.js";
export const html = htm.bind(h);
