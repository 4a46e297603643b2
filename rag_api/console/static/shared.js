// State that several views show: it outlives them, and they are drawn again when it changes.
import { useEffect, useState } from "./html.js";

export function shared(initial) {
  const views = new Set();
  let waiting = false;
  const state = {
    value: initial,
    set(changes) {
      state.value = { ...state.value, ...changes };
      if (waiting) return;
      waiting = true; // many changes at once are drawn once
      queueMicrotask(() => {
        waiting = false;
        views.forEach((draw) => draw({}));
      });
    },
    views,
  };
  return state;
}

export function useShared(state) {
  const [, draw] = useState();
  useEffect(() => {
    state.views.add(draw);
    draw({}); // what changed between the first drawing and now
    return () => state.views.delete(draw);
  }, [state]);
  return state.value;
}
