import type { HandDetail } from "../api/types.ts";
import { formatDuration } from "./instants.ts";
import { formatBytes, formatCount } from "./numbers.ts";

type Metric = HandDetail["metrics"][number];

/** A figure of a hand's memory, in the form that its manifest asks for; as it is where the value has another type. */
export function formatMetric({ value, format }: Pick<Metric, "value" | "format">): string {
  if (value === null) return "–";
  const number = typeof value === "number" ? value : typeof value === "string" ? Number(value) : Number.NaN;
  const plain = typeof value === "string" ? value : JSON.stringify(value);
  if (format === "date") {
    const at = new Date(typeof value === "number" ? value : String(value));
    return Number.isNaN(at.getTime())
      ? plain
      : at.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  }
  if (format === "text" || plain === "" || !Number.isFinite(number)) return plain;
  switch (format) {
    case "number":
      return formatCount(number);
    case "percentage":
      return `${formatCount(number)} %`;
    case "duration":
      return formatDuration(number * 1000);
    case "bytes":
      return formatBytes(number);
    case "currency":
      return `$${number.toFixed(2)}`;
  }
}
