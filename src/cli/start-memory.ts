import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Keeps what a start takes for a moment from being held for as long as the process lives; to be called before the runtime is loaded.
 *
 * A start fills the space of new objects quickly and leaves little of it alive. V8 would make 64 MB of that space, once, and give none of it
 * back: so it stays as it is until the returned function is called, and grows as V8 thinks best afterwards. What became old and is of no use
 * any more would stay as well, for whoever waits for the next fire makes too little to be collected: so that function collects it, which takes
 * some 50 ms where there are a thousand hands.
 */
export function saveStartMemory(): () => void {
  setFlagsFromString("--semi-space-growth-factor=1");
  return () => {
    setFlagsFromString("--semi-space-growth-factor=2");
    collectGarbage();
  };
}

/** Gives the system back all that is not in use: `gc` of a new context, which is the way there is without a flag on the command line. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: (options: { readonly type: "major"; readonly flavor: "last-resort" }) => void =
    runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", flavor: "last-resort" });
}
