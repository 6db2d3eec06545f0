import { silentLogger } from "../core/index.ts";
import type { Diagnostic, HandConfig } from "../manifest/index.ts";
import type { HandJson } from "../registry/index.ts";
import { HandRegistry } from "../registry/index.ts";
import type { ProjectConfig } from "../runtime/index.ts";
import { BUILTIN_CATALOG, createInspection, PROGRAM_BUILD, readBudgets } from "../runtime/index.ts";
import type { Store } from "../store/index.ts";
import type { BudgetJson } from "./budget-record.ts";
import { toBudgetJson } from "./budget-record.ts";
import type { CommandContext } from "./command-context.ts";
import { loadProject, openForReading } from "./project.ts";

/** The hands of the folder, and problems that belong to no name. */
export interface FoundHands {
  readonly hands: readonly HandJson[];
  readonly strays: readonly Diagnostic[];
  readonly budgets: readonly BudgetJson[];
  /** The manifests of those that are not broken. */
  readonly configs: readonly HandConfig[];
}

/** Looks at the hands and their states. Runs none of their code and changes nothing; without a database there is no state. */
export async function readHands(context: CommandContext): Promise<FoundHands> {
  const { config } = await loadProject(context);
  const store = await openForReading(context, config);
  try {
    return await withRegistry(context, { config, store }, async (registry) => {
      const hands = await registry.listEntries();
      const names = new Set(hands.map(({ name }) => name));
      const strays = [...registry.getProblems()].filter(([name]) => !names.has(name));
      const budgets = await readBudgets(store, registry.listHands(), config.limits);
      return {
        hands,
        strays: strays.flatMap(([, problems]) => problems),
        budgets: budgets.map(toBudgetJson),
        configs: registry.listHands(),
      };
    });
  } finally {
    await store.close();
  }
}

/** A registry that only looks: the index in the store stays as it is. */
export async function withRegistry<T>(
  context: CommandContext,
  { config, store }: { readonly config: ProjectConfig; readonly store: Store },
  work: (registry: HandRegistry) => Promise<T>,
): Promise<T> {
  const registry = new HandRegistry({
    handsDir: config.handsDir,
    projectToolsDir: config.toolsDir ?? null,
    store,
    clock: context.clock,
    logger: silentLogger,
    program: PROGRAM_BUILD,
    tools: BUILTIN_CATALOG,
    inspect: createInspection(config, context.environment),
    ownsIndex: false,
  });
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}
