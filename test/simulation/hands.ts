import type { Chance } from "./chance.ts";

/** How a folder is: as it began, edited harmlessly, with one more gate, without what starts it, unreadable, or gone. */
export type HandVariant = "first" | "edited" | "gated" | "unscheduled" | "broken" | "gone";

/** A hand of a story. Its schedule and limits are drawn once and stay. */
export interface SimulatedHand {
  readonly name: string;
  /** The files of a variant, or null where the folder is gone. */
  files(variant: HandVariant): Readonly<Record<string, string>> | null;
}

const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"];

/** Where some hands put their output, below the project. */
export const FILE_FOLDER = "data/outputs";
const FILE_OUTPUT = `[output]\nfile_drop = "${FILE_FOLDER}"`;

/** Five hands, of every brain, trigger and kind of gate. */
export function createHands(chance: Chance): readonly SimulatedHand[] {
  const schedule = () => {
    const when = chance.pick([
      `cron = "${chance.between(0, 59)} */${chance.pick([6, 12, 12])} * * *", timezone = "${chance.pick(ZONES)}"`,
      `cron = "30 ${chance.pick([1, 2, 2, 9])} * * *", timezone = "${chance.pick(ZONES)}"`,
      `interval = ${chance.pick([7, 13, 26]) * 3600 + chance.between(0, 900)}`,
    ]);
    const overlap = chance.pick(["skip", "queue", "cancel", "allow"]);
    const catchUp = chance.pick(["one", "one", "all", "none"]);
    const jitter = chance.isTrue(0.3) ? `, jitter = "${chance.between(5, 120)}s"` : "";
    return `schedule = { ${when}, overlap = "${overlap}", catch_up = "${catchUp}"${jitter} }`;
  };
  const limits = (more = "") =>
    `[limits]\ntimeout = "40s"\nmax_steps = 12\nretries = ${chance.between(0, 1)}\n${more}`;
  return [
    createHand("payer", "model", {
      schedule: schedule(),
      tools: ["pay", "look"],
      gates: [`pay = { description = "Pay", expires_after = ${chance.pick([900, 7200, 86_400])} }`],
      limits: limits(),
      output: '[output]\nchannel = "chat"',
    }),
    createHand("publisher", "model", {
      schedule: schedule(),
      tools: ["publish", "note"],
      unattended: ["note"],
      gates: [
        `publish = { description = "Publish", auto_approve_after = ${chance.pick([30, 90])}, expires_after = ${chance.pick([3600, 50_000])} }`,
      ],
      limits: limits(`max_waiting = ${chance.between(1, 3)}\n`),
      output: FILE_OUTPUT,
    }),
    createHand("keeper", "script", {
      schedule: schedule(),
      tools: ["pay", "look", "note"],
      unattended: ["note"],
      gates: [`pay = { description = "Pay", expires_after = 40000 }`, `settle = { description = "Settle" }`],
      limits: limits(),
      output: '[output]\nchannel = "chat"\nformat = "json"',
    }),
    createHand("spender", "model", {
      schedule: schedule()
        .replace(/overlap = "\w+"/, 'overlap = "allow"')
        .replace(/timezone = "[^"]+"/, 'timezone = "UTC"'),
      tools: ["look", "note", "pay"],
      unattended: ["note", "pay"],
      gates: [],
      limits: `[model]\nmax_output_tokens = 200\n${limits(`max_cost_usd_per_day = ${DAY_LIMIT_USD}\n`)}`,
      output: FILE_OUTPUT,
    }),
    createHand("listener", "script", {
      schedule: "",
      tools: ["look", "note"],
      unattended: ["note"],
      gates: [],
      limits: `[triggers]\nevents = ["execution.succeeded:keeper", "execution.failed:*", "approval.expired:payer"]\n${limits()}`,
    }),
  ];
}

/** What `spender` may cost in a day, by UTC. */
export const DAY_LIMIT_USD = 0.2;

/** Calls of these wait for a human, whoever makes them; what `spender` pays may go unattended. */
export function isGated(handName: string, tool: string): boolean {
  return tool === "publish" || (tool === "pay" && handName !== "spender");
}

interface HandParts {
  readonly schedule: string;
  readonly tools: readonly string[];
  readonly unattended?: readonly string[];
  readonly gates: readonly string[];
  readonly limits: string;
  readonly output?: string;
}

function createHand(name: string, brain: "model" | "script", parts: HandParts): SimulatedHand {
  return {
    name,
    files(variant) {
      if (variant === "gone") return null;
      if (variant === "broken") return { "HAND.toml": "[hand\n" };
      const gates = [...parts.gates];
      if (variant === "gated" && parts.tools.includes("note")) gates.push('note = { description = "Note" }');
      const unattended = (parts.unattended ?? []).filter((tool) => variant !== "gated" || tool !== "note");
      const isScheduled = variant !== "unscheduled";
      const lines = [
        "[hand]",
        `name = "${name}"`,
        `description = "Does ${name}, ${variant}"`,
        isScheduled ? parts.schedule : "",
        "[tools]",
        `required = ${JSON.stringify(parts.tools)}`,
        `unattended = ${JSON.stringify(unattended)}`,
        parts.output ?? "",
        gates.length === 0 ? "" : `[approval_gates]\n${gates.join("\n")}`,
        isScheduled ? parts.limits : parts.limits.replace(/\[triggers\]\n.*\n/, ""),
      ];
      const text = `Version ${variant} of ${name}.`;
      const files: Record<string, string> =
        brain === "model" ? { "SYSTEM.md": text } : { "hand.ts": `// ${text}\n` };
      return { "HAND.toml": `${lines.join("\n")}\n`, ...files };
    },
  };
}
