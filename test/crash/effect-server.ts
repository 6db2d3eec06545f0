import { once } from "node:events";
import { createServer } from "node:http";
import { json as readJson } from "node:stream/consumers";

/** One effect as the world saw it. */
export interface Effect {
  readonly name: string;
  /** Null where the hand gave none. */
  readonly key: string | null;
  readonly args: unknown;
  /** The process it came from. */
  readonly pid: number;
}

/** The world outside: every effect of hands is a request to it. */
export interface EffectServer extends AsyncDisposable {
  readonly url: string;
  readonly effects: readonly Effect[];
  /** Those of one name. */
  of(name: string): readonly Effect[];
}

/** Starts the world. An effect for which `onEffect` gives false has happened and is never answered. */
export async function startEffectServer(
  onEffect: (effect: Effect) => Promise<boolean>,
): Promise<EffectServer> {
  const effects: Effect[] = [];
  const server = createServer(async (request, response) => {
    const effect = (await readJson(request)) as Effect;
    effects.push(effect);
    if (await onEffect(effect)) response.end(JSON.stringify({ done: effect.name, count: effects.length }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the world has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    effects,
    of: (name) => effects.filter((effect) => effect.name === name),
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
