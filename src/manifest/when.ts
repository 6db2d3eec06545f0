import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import type { Environment, ParseError, ParseResult } from "@marcbachmann/cel-js";
import type { JsonObject, JsonValue } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import { suggestKey } from "./suggest-key.ts";

/** What a condition is asked about: the arguments of one call, and the hand's parameters. */
export interface WhenContext {
  readonly args: JsonValue;
  readonly parameters: JsonObject;
}

/** A condition of a gate, ready to be asked. */
export interface When {
  /** Exactly `true` or `false`, or why there is no such answer. Never throws. */
  evaluate(context: WhenContext): boolean | { readonly error: string };
}

/** A condition that cannot be read. */
export interface WhenFault {
  readonly error: string;
  readonly hint: string | null;
}

const VARIABLES = ["args", "parameters"] as const;

/** A regular expression may need longer than the age of the universe; a gate may not. */
const LONGEST_MATCH_MS = 250;

/**
 * Reads a CEL condition over `args` and `parameters`. Numbers of JSON are doubles; comparisons and arithmetic take doubles
 * and integer literals together, so that `args.amount * 2 > 100` holds for 60 and for 60.5.
 */
export function compileWhen(expression: string): When | WhenFault {
  let program: ParseResult;
  try {
    program = createEnvironment().parse(expression);
  } catch (error) {
    return {
      error: `cannot be read: ${describeFault(error)}`,
      hint: 'Write a CEL condition, as in "args.amount > 100".',
    };
  }
  const checked = program.check();
  if (!checked.valid)
    return {
      error: `cannot be evaluated: ${describeFault(checked.error)}`,
      hint: suggestVariable(checked.error),
    };
  if (checked.type !== "bool" && checked.type !== "dyn") {
    return {
      error: `gives a value of type ${checked.type}, not true or false`,
      hint: 'Compare it with something, as in "args.amount > 100".',
    };
  }
  const isBounded = /\bmatches\b/.test(expression);
  return {
    evaluate(context) {
      try {
        const values = { args: context.args, parameters: context.parameters };
        const result: unknown = isBounded ? runBounded(() => program(values)) : program(values);
        return typeof result === "boolean"
          ? result
          : { error: `gave ${typeof result === "object" ? "an object" : String(result)}, not true or false` };
      } catch (error) {
        return { error: describeFault(error) };
      }
    },
  };
}

/** Is it a condition that could not be read? */
export function isWhenFault(when: When | WhenFault): when is WhenFault {
  return "error" in when;
}

const require = createRequire(import.meta.url);

/** Few hands have a condition: the language is loaded with the first, at once, because reading a manifest waits for nothing. */
function createEnvironment(): Environment {
  const cel: typeof import("@marcbachmann/cel-js") = require("@marcbachmann/cel-js");
  const environment = new cel.Environment();
  for (const name of VARIABLES) environment.registerVariable(name, "dyn");
  const operations: Record<string, (left: number, right: number) => number> = {
    "+": (left, right) => left + right,
    "-": (left, right) => left - right,
    "*": (left, right) => left * right,
    "/": (left, right) => left / right,
    "%": (left, right) => left % right,
  };
  for (const [operator, operate] of Object.entries(operations)) {
    // CEL has no operators between doubles and integers, but JSON has no integers: 1 is a double, and `args.n + 1` a mixture.
    const mixed = (left: number | bigint, right: number | bigint) => operate(Number(left), Number(right));
    environment.registerOperator(`double ${operator} int`, mixed);
    environment.registerOperator(`int ${operator} double`, mixed);
  }
  environment.registerOperator("double % double", (left: number, right: number) => left % right);
  return environment;
}

/** Runs it in this thread, and stops it when it takes too long. */
function runBounded(run: () => unknown): unknown {
  return runInNewContext("run()", { run }, { timeout: LONGEST_MATCH_MS });
}

function describeFault(error: unknown): string {
  const summary = (error as Partial<ParseError> | undefined)?.summary;
  return typeof summary === "string" && summary !== ""
    ? summary
    : (describeError(error).split("\n", 1)[0] ?? "");
}

function suggestVariable(error: unknown): string {
  const name = /^Unknown variable: (\w+)/.exec(describeFault(error))?.[1];
  const nearest = name === undefined ? undefined : suggestKey(name, VARIABLES);
  if (nearest !== undefined) return `Did you mean \`${nearest}\`?`;
  return name === undefined
    ? "A condition is about `args` and `parameters`."
    : `A condition knows \`args\` and \`parameters\`: did you mean \`args.${name}\`?`;
}
