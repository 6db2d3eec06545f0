import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { sha256, systemRandom } from "../../core/index.ts";

/** Where each signal goes; null for nowhere. */
export interface Endpoints {
  readonly traces: string | null;
  readonly metrics: string | null;
}

/** Who sends. */
export interface Sender {
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly nodeId: string;
}

/** Providers of spans and metrics. Every span of one execution is in one trace, also over waits and processes. */
export function createExporters(endpoints: Endpoints, sender: Sender) {
  const resource = resourceFromAttributes({
    "service.name": sender.serviceName,
    "service.version": sender.serviceVersion,
    "service.instance.id": sender.nodeId,
  });
  let traceId = "";
  const tracerProvider = new BasicTracerProvider({
    resource,
    idGenerator: {
      generateTraceId: () => traceId,
      generateSpanId: () => Buffer.from(systemRandom.bytes(8)).toString("hex"),
    },
    spanProcessors:
      endpoints.traces === null
        ? []
        : [new BatchSpanProcessor(new OTLPTraceExporter({ url: endpoints.traces }))],
  });
  const meterProvider = new MeterProvider({
    resource,
    readers:
      endpoints.metrics === null
        ? []
        : [
            new PeriodicExportingMetricReader({
              exporter: new OTLPMetricExporter({ url: endpoints.metrics }),
            }),
          ],
  });
  return {
    tracer: tracerProvider.getTracer("hands", sender.serviceVersion),
    meter: meterProvider.getMeter("hands", sender.serviceVersion),
    /** The trace of what is written next. */
    setExecution(executionId: string) {
      traceId = sha256(executionId).slice(0, 32);
    },
    async shutdown() {
      await Promise.allSettled([tracerProvider.shutdown(), meterProvider.shutdown()]);
    },
  };
}

export type Exporters = ReturnType<typeof createExporters>;
