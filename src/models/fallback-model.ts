import { HandsError } from "../core/index.ts";
import type {
  ModelClient,
  ModelFailureDetails,
  ModelFailureReason,
  ModelUsage,
  PassedModel,
} from "./types.ts";

/** Failures that another model need not have. What is wrong with the request itself would be wrong there too. */
const ANOTHERS_CHANCE: ReadonlySet<ModelFailureReason> = new Set([
  "unreachable",
  "unauthorised",
  "not_found",
  "quota",
  "rate_limited",
  "overloaded",
  "server_error",
  "interrupted",
  "malformed",
]);

/**
 * Models that are asked one after the other, until one answers. The reply says which one did, and why those before it did not. Its greatest
 * cost is that of the dearest; it is not known where that of one is not.
 */
export function createFallbackModel(models: readonly [ModelClient, ...ModelClient[]]): ModelClient {
  const [first] = models;
  return {
    name: first.name,
    async generate(request, options) {
      const passed: PassedModel[] = [];
      for (const model of models) {
        try {
          const reply = await model.generate(request, options);
          if (passed.length === 0) return reply;
          return { ...reply, answeredBy: model.name, insteadOf: passed };
        } catch (error) {
          const reason = readReason(error);
          if (reason === null || model === models.at(-1) || !(error instanceof HandsError)) {
            throw passed.length === 0 ? error : addPassed(error, passed);
          }
          passed.push({ model: model.name, reason, message: error.message });
        }
      }
      throw new HandsError("internal", "a list of models was empty");
    },
    calculateCostUsd(usage, answeredBy) {
      if (answeredBy !== undefined) return findByName(models, answeredBy).calculateCostUsd(usage);
      const costs = models.map((model) => model.calculateCostUsd(usage));
      return costs.reduce((most, cost) => (most === null || cost === null ? null : Math.max(most, cost)), 0);
    },
    estimateGreatestUsage(request): ModelUsage {
      return first.estimateGreatestUsage(request);
    },
  };
}

function findByName(models: readonly [ModelClient, ...ModelClient[]], name: string): ModelClient {
  return models.find((model) => model.name === name) ?? models[0];
}

/** Why a model failed, where another one may be asked instead; else null. */
function readReason(error: unknown): ModelFailureReason | null {
  if (!(error instanceof HandsError) || error.code !== "model_failed") return null;
  const { reason } = error.details as unknown as ModelFailureDetails;
  return ANOTHERS_CHANCE.has(reason) ? reason : null;
}

/** The last failure, with those before it in its words. */
function addPassed(error: unknown, passed: readonly PassedModel[]): unknown {
  if (!(error instanceof HandsError)) return error;
  const before = passed.map(({ message }) => message).join(" ");
  return new HandsError(error.code, `${error.message} Before that: ${before}`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: { ...error.details, passed },
    cause: error,
  });
}
