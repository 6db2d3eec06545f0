/** What a new hand is made of. */
export interface NewHand {
  readonly name: string;
  readonly description: string;
  /** A cron expression; null for a hand that is only run by hand. */
  readonly schedule: string | null;
  readonly isModel: boolean;
}

/** The files of a new hand, by name. */
export function renderHand(hand: NewHand): Readonly<Record<string, string>> {
  const manifest = renderManifest(hand);
  return hand.isModel
    ? { "HAND.toml": manifest, "SYSTEM.md": renderPrompt(hand) }
    : { "HAND.toml": manifest, "hand.ts": renderScript(hand) };
}

function renderManifest({ name, description, schedule, isModel }: NewHand): string {
  const trigger =
    schedule === null
      ? 'trigger = "manual"                   # in place of it: schedule = "0 7 * * 1-5"'
      : `schedule = ${JSON.stringify(schedule)}`;
  return `[hand]
name = ${JSON.stringify(name)}
description = ${JSON.stringify(description)}
version = "0.1.0"
${trigger}

[tools]
required = [${isModel ? '"web_fetch"' : '"system_stats"'}]

# What needs a human's approval. Every tool that changes something asks anyway, unless it is listed in \`unattended\`.
# [approval_gates]
# publish = { action = "broadcast", description = "Publish the output" }

[output]
format = "markdown"

[limits]
timeout = "5m"
`;
}

function renderScript({ name }: NewHand): string {
  return `import type { HandContext } from "hands";

/**
 * Runs each time the hand does; what it returns is the output. Every call of \`hand\` is journaled, so an interrupted run goes on where
 * it was. Take the time and chance from \`hand.now()\` and \`hand.random()\`, and put effects into tools.
 */
export default async function run(hand: HandContext): Promise<string> {
  const stats = await hand.tool("system_stats");
  hand.log.info("looked at this machine");
  return \`# ${name}\\n\\nAt \${hand.now().toISOString()}:\\n\\n\${JSON.stringify(stats, null, 2)}\\n\`;
}
`;
}

function renderPrompt({ name, description }: NewHand): string {
  return `# ${name}

${description}.

Work step by step with the tools that you have. Say what you found, and where; say so when you found nothing.
End with the result alone, as Markdown.
`;
}
