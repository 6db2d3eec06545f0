import { afterEach } from "vitest";
import type { HandRegistryOptions } from "../../src/registry/index.ts";
import { HandRegistry } from "../../src/registry/index.ts";
import type { TestProject } from "./hands-folder.ts";

const opened: HandRegistry[] = [];

/** A registry on a project's own folder and database, closed after the test. */
export function openRegistry(project: TestProject, options: HandRegistryOptions = {}): HandRegistry {
  const registry = new HandRegistry({
    handsDir: project.path("hands"),
    ...(options.store === undefined ? { db: project.path("data", "hands.db") } : {}),
    ...options,
  });
  opened.push(registry);
  return registry;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((registry) => registry.close()));
});
