import { HandsError, silentLogger, systemClock } from "../../src/core/index.ts";
import type { ModelClient, ModelReply } from "../../src/models/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import type { Runtime } from "../../src/runtime/index.ts";
import { createRuntime } from "../../src/runtime/index.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

/* The worker of a dashboard's test, in a process of its own. It ends with the test's. */

interface Asked {
  readonly deferred: PromiseWithResolvers<ModelReply>;
  readonly onText: ((text: string) => void) | undefined;
}

const asked = new Map<number, Asked>();
let lastId = 0;
let runtime: Runtime | undefined;

const say = (message: FromWorker) => void process.send?.(message);

/** The price is known here; what is said is asked of the test. */
function createDistantModel(price: Extract<ToWorker, { kind: "start" }>["price"]): ModelClient {
  const scripted = createScriptedModel({ replies: [], price, clock: systemClock });
  return {
    name: scripted.name,
    calculateCostUsd: (usage) => scripted.calculateCostUsd(usage),
    estimateGreatestUsage: (request) => scripted.estimateGreatestUsage(request),
    async generate(request, { signal, onText }) {
      lastId += 1;
      const id = lastId;
      const deferred = Promise.withResolvers<ModelReply>();
      asked.set(id, { deferred, onText });
      const onAbort = () => {
        say({ kind: "abort", id });
        deferred.reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      say({ kind: "ask", id, request });
      try {
        return await deferred.promise;
      } finally {
        signal.removeEventListener("abort", onAbort);
        asked.delete(id);
      }
    },
  };
}

async function hear(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "start":
      runtime = await createRuntime({
        config: message.config,
        models: createScriptedProvider(createDistantModel(message.price)),
        logger: silentLogger,
      });
      await runtime.start(message.roles);
      say({ kind: "ready" });
      return;
    case "text":
      asked.get(message.id)?.onText?.(message.text);
      return;
    case "reply":
      asked.get(message.id)?.deferred.resolve(message.reply);
      return;
    case "failure": {
      const { code, message: text, details } = message.failure;
      const error = new HandsError(code as HandsError["code"], text, { details });
      asked.get(message.id)?.deferred.reject(error);
      return;
    }
    case "stop":
      await runtime?.stop();
      process.disconnect();
  }
}

process.on("message", (message: ToWorker) => void hear(message));
process.once("disconnect", () => process.exit(0));
