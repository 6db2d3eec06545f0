import type { Compilable, CompiledQuery, OperationNodeSource, QueryResult, RootOperationNode } from "kysely";
import { createQueryId } from "kysely";
import { ConstantWriter } from "./constant-writer.ts";
import type { Store, StoreTransaction } from "./store.ts";

/** Lists of varying length make a new shape each; few queries have more than a handful. */
const MOST_SHAPES = 100;

const CONSTANTS = new ConstantWriter();

/** Where in the values of a run a parameter is found. */
class Place {
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    this.path = path;
  }

  find(values: unknown): unknown {
    let found = values;
    for (const key of this.path) found = (found as Readonly<Record<string, unknown>>)[key];
    return found;
  }
}

/**
 * A query that is built and compiled once for each shape of its values, because that costs several times what running it does. `build` is
 * given places in the place of the values: objects and lists come as they are, and whatever else is in them is bound anew in each run, so the
 * query must not depend on it. What `build` itself puts in is part of the query's text, so that a database knows of it when it plans: whether an
 * index over a part of the rows will do, above all. What is undefined is not there. Where plugins have a say in each query, it is built each time.
 */
export function prepareQuery<S extends Pick<Store | StoreTransaction, "db">, V extends object, R>(
  build: (source: S, values: V) => Compilable<R> & OperationNodeSource,
): (source: S, values: V) => Promise<QueryResult<R>> {
  const byLanguage = new WeakMap<object, Map<string, CompiledQuery<R>>>();
  return async (source, values) => {
    const executor = source.db.getExecutor();
    const { adapter: language, plugins } = executor;
    if (plugins.length > 0) return await source.db.executeQuery(build(source, values));
    const shapes = byLanguage.get(language) ?? new Map<string, CompiledQuery<R>>();
    byLanguage.set(language, shapes);
    const shape = describeShape(values);
    let compiled = shapes.get(shape);
    if (compiled === undefined) {
      const query = build(source, toPlaces(values, []) as V).toOperationNode() as RootOperationNode;
      compiled = executor.compileQuery<R>(CONSTANTS.transformNode(query), createQueryId());
      if (shapes.size >= MOST_SHAPES) shapes.clear();
      shapes.set(shape, compiled);
    }
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Place ? parameter.find(values) : parameter,
    );
    return await source.db.executeQuery({ ...compiled, parameters });
  };
}

function describeShape(value: object): string {
  if (Array.isArray(value))
    return `[${value.map((part) => (isComposite(part) ? describeShape(part) : "")).join()}]`;
  let shape = "{";
  for (const key in value) {
    const part = (value as Readonly<Record<string, unknown>>)[key];
    if (part !== undefined) shape += isComposite(part) ? `${key}${describeShape(part)},` : `${key},`;
  }
  return `${shape}}`;
}

function toPlaces(value: unknown, path: readonly string[]): unknown {
  if (!isComposite(value)) return new Place(path);
  if (Array.isArray(value)) return value.map((part, index) => toPlaces(part, [...path, String(index)]));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .map(([key, part]) => [key, toPlaces(part, [...path, key])]),
  );
}

function isComposite(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
