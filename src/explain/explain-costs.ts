import { formatDuration } from "../core/index.ts";
import { count } from "./join-words.ts";
import type { ExplainedFacts } from "./types.ts";

/** What a run can take in money, tokens and time, and what past runs took. */
export function explainCosts({
  hand,
  past,
  projectModel,
  projectLimitUsdPerDay,
}: ExplainedFacts): readonly string[] {
  const { limits, scriptPath, model } = hand;
  const { timeoutMs, maxSteps, maxTokens, maxCostUsd, maxCostUsdPerDay, retries } = limits;
  const isModel = scriptPath === null;
  const name = model.name ?? projectModel;
  const sentences = isModel
    ? [
        name === null
          ? "No model is configured, so it cannot run yet and costs nothing."
          : `A model decides: each run asks ${name} up to ${count(maxSteps, "time")}.`,
      ]
    : ["A script decides, so it needs no model; it costs nothing unless the script asks one (`hand.ask`)."];
  if (maxTokens !== null) sentences.push(`A run ends as a failure beyond ${maxTokens} tokens.`);
  if (maxCostUsd !== null)
    sentences.push(`A run ends as a failure before it costs more than $${maxCostUsd}.`);
  if (maxCostUsdPerDay !== null)
    sentences.push(
      `All its runs of a day together cost at most $${maxCostUsdPerDay}; then it waits until midnight.`,
    );
  if (projectLimitUsdPerDay !== null)
    sentences.push(`All hands of the project together cost at most $${projectLimitUsdPerDay} a day.`);
  const isUnbounded = maxCostUsd === null && maxCostUsdPerDay === null && projectLimitUsdPerDay === null;
  if (isModel && isUnbounded)
    sentences.push(
      "No limit in money is set: `max_cost_usd` and `max_cost_usd_per_day` in [limits] are such limits.",
    );
  sentences.push(`A run may work for ${formatDuration(timeoutMs)}; waiting for people does not count.`);
  if (retries > 0)
    sentences.push(
      `A run that failed before it changed anything is tried again, up to ${count(retries, "time")}.`,
    );
  const { averageCostUsd, averageDurationMs } = past;
  if (past.count > 0 && averageDurationMs !== null) {
    const cost =
      averageCostUsd === null ? "at a cost that is not known" : `for $${averageCostUsd.toFixed(4)}`;
    sentences.push(
      `Its last ${count(past.count, "run")} worked for ${formatDuration(averageDurationMs)} on average, ${cost}.`,
    );
  }
  return sentences;
}
