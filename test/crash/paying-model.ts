import { systemClock } from "../../src/core/index.ts";
import type { ModelScript } from "../support/model-server.ts";
import type { InterruptionPoint } from "./interruption.ts";

/** How long the client has for the first parts of an answer, before its process is interrupted. */
const ANSWERING_MS = 50;

/**
 * A model that asks for a payment that is gated and for a note that is not, both at once, and ends with what came of them. The process
 * that asks is interrupted where that is the point.
 */
export function createPayingModel(process: {
  readonly findPoint: () => InterruptionPoint | null;
  readonly interrupt: () => void;
}): ModelScript {
  return (request, number) => {
    const point = process.findPoint();
    const when = point?.kind === "model" && point.number === number ? point.when : null;
    if (when === "asked") {
      process.interrupt();
      return { hang: true };
    }
    const results = request.messages.filter((message) => message.role === "tool");
    const args = { reference: "r-1" };
    const reply =
      results.length === 0
        ? { text: "I pay.", toolCalls: ["pay", "save"].map((name) => ({ name, args })) }
        : { text: `Done: ${results.map((message) => message.content).join(" ")}` };
    if (when === null) return reply;
    systemClock.setTimer(ANSWERING_MS, process.interrupt);
    return { ...reply, hangAfter: 2 };
  };
}
