import type { Environment, Logger } from "../core/index.ts";
import { PROGRAM_VERSION } from "./program-version.ts";
import type { Runtime } from "./runtime.ts";

/** Telemetry while it is sent. */
export interface Telemetry {
  /** Sends what is left, for 5 s at most; before the store is closed. */
  stop(): Promise<void>;
}

/**
 * Sends what this process runs to the OTLP endpoint that the environment names (`OTEL_EXPORTER_OTLP_ENDPOINT`, or that of traces and metrics
 * alone), from here on. Null where it names none: nothing of OpenTelemetry is loaded then.
 */
export async function startTelemetry(
  runtime: Pick<Runtime, "store" | "nodeId">,
  { environment, logger }: { readonly environment: Environment; readonly logger: Logger },
): Promise<Telemetry | null> {
  const endpoints = {
    traces: findEndpoint(environment, "TRACES", "v1/traces"),
    metrics: findEndpoint(environment, "METRICS", "v1/metrics"),
  };
  if (endpoints.traces === null && endpoints.metrics === null) return null;
  const { followExecutions } = await import("./telemetry/follow-executions.ts");
  return await followExecutions({
    store: runtime.store,
    nodeId: runtime.nodeId,
    logger,
    endpoints,
    serviceName: environment["OTEL_SERVICE_NAME"] || "hands",
    serviceVersion: PROGRAM_VERSION,
    capturesContent: environment["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] === "true",
  });
}

/** A signal's own address is taken as it is; the common one gets the signal's path. */
function findEndpoint(environment: Environment, signal: "TRACES" | "METRICS", path: string): string | null {
  const own = environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  if (own) return own;
  const common = environment["OTEL_EXPORTER_OTLP_ENDPOINT"];
  return common ? `${common.replace(/\/+$/, "")}/${path}` : null;
}
