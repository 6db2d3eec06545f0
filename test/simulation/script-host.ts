import { setImmediate as turn } from "node:timers/promises";
import type {
  HandCodeHost,
  ScriptCall,
  ScriptMessage,
  ScriptOutcome,
  ScriptRun,
} from "../../src/code/index.ts";
import type { JsonObject, JsonValue } from "../../src/core/index.ts";

/** What the scripts of a story may ask of their hand. */
interface ScriptHand {
  call(call: ScriptCall): Promise<JsonValue>;
}

type Script = (hand: ScriptHand) => Promise<JsonValue>;

const HOUR = 3_600_000;

const tool = (hand: ScriptHand, name: string, amount: number) =>
  hand.call({ kind: "tool", name, args: { amount } });

/** The script hands of a story. Whatever fails them they note, and go on. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  async keeper(hand) {
    await tool(hand, "look", 1).catch(() => null);
    await tool(hand, "note", 2).catch(() => null);
    await hand.call({ kind: "sleep", durationMs: 3 * HOUR });
    const settled = await hand.call({ kind: "approve", action: "settle", description: "Settle", args: {} });
    if ((settled as JsonObject)["approved"] !== true) return "not settled";
    const paid = await Promise.all([1, 2].map((amount) => tool(hand, "pay", amount).catch(() => "not paid")));
    return [...paid];
  },
  async listener(hand) {
    const [seen] = await Promise.all([
      tool(hand, "look", 3).catch(() => null),
      tool(hand, "note", 3).catch(() => null),
      hand.call({ kind: "sleep", durationMs: 40_000 }),
    ]);
    await tool(hand, "note", 1);
    return seen ?? null;
  },
};

/** Runs scripts in the thread of the test, with the messages and the rests of the real host. */
export function createScriptHost(): HandCodeHost {
  return {
    async load({ handName, scriptPath }) {
      const script = SCRIPTS[handName];
      return {
        hasScript: scriptPath !== null,
        tools: [],
        startScript: () => {
          if (script === undefined) throw new Error(`there is no script for ${handName}`);
          return startScript(script);
        },
      };
    },
    async stop() {},
  };
}

function startScript(script: Script): ScriptRun {
  const messages: ScriptMessage[] = [];
  const outcomes = new Map<number, (outcome: ScriptOutcome) => void>();
  let waiting: ((message: ScriptMessage) => void) | undefined;
  let last: ScriptMessage | undefined;
  let nextIndex = 0;
  let deliveries = 0;

  const say = (message: ScriptMessage) => {
    if (last !== undefined) return;
    if (message.type === "returned" || message.type === "threw" || message.type === "lost") last = message;
    if (waiting === undefined) messages.push(message);
    else {
      const tell = waiting;
      waiting = undefined;
      tell(message);
    }
  };
  const sayQuiet = async () => {
    const count = deliveries;
    await turn();
    say({ type: "quiet", deliveries: count });
  };
  const call = (issued: ScriptCall) =>
    new Promise<JsonValue>((resolve, reject) => {
      const index = nextIndex;
      nextIndex += 1;
      outcomes.set(index, (outcome) => {
        if (outcome.ok) resolve(outcome.value);
        else reject(new Error(`${outcome.error.code}: ${outcome.error.message}`));
      });
      say({ type: "call", index, call: issued });
    });
  const ending = script({ call }).then(
    (value) => say({ type: "returned", value }),
    (error: unknown) =>
      say({ type: "threw", error: { code: "script_failed", message: String(error), stack: null } }),
  );
  void ending;
  void sayQuiet();

  return {
    next() {
      const message = messages.shift() ?? last;
      if (message !== undefined) return Promise.resolve(message);
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    deliver(index, outcome) {
      deliveries += 1;
      outcomes.get(index)?.(outcome);
      void sayQuiet();
    },
    runStep: () => Promise.reject(new Error("the scripts of these stories have no steps")),
    drop: () => say({ type: "lost", message: "dropped" }),
  };
}
