import type { HandContext } from "hands";
import type { Inspection, Rules } from "./judge.ts";
import { calculateAgeHours, judge } from "./judge.ts";

interface Parameters extends Rules {
  readonly backups: readonly (Partial<Rules> & {
    readonly name: string;
    readonly folder: string;
    readonly files?: string;
    readonly verify_checksum?: boolean;
  })[];
  readonly verify_checksum: boolean;
}

export default async function checkBackups(hand: HandContext) {
  const { backups, ...defaults } = hand.parameters as unknown as Parameters;
  if (backups.length === 0) {
    throw new Error("There are no backups to check: write some in [parameters] of HAND.toml");
  }
  const now = hand.now();
  const checked = await Promise.all(
    backups.map(async (backup) => {
      const rules = { ...defaults, ...backup };
      const inspection = await hand.tool<Inspection>("inspect_backups", {
        folder: backup.folder,
        files: backup.files ?? "*",
        verifyChecksum: rules.verify_checksum,
      });
      return { name: backup.name, inspection, problems: judge(inspection, rules, now) };
    }),
  );
  const bad = checked.filter(({ problems }) => problems.length > 0);
  return [
    bad.length === 0
      ? `# All ${checked.length} backups are well`
      : `# ${bad.length} of ${checked.length} backups: look at ${bad.map(({ name }) => name).join(", ")}`,
    "",
    ...checked.map(({ name, inspection, problems }) =>
      problems.length === 0
        ? `- ✓ **${name}**: ${describe(inspection, now)}`
        : `- ✗ **${name}**: ${problems.join("; ")}`,
    ),
  ].join("\n");
}

function describe({ found, checksum }: Inspection, now: Date): string {
  const [newest] = found;
  if (newest === undefined) return "nothing";
  const verified = checksum === "matches" ? ", checksum matches" : ", no checksum verified";
  const age = calculateAgeHours(newest.modifiedAt, now);
  return `\`${newest.name}\`, ${newest.byteLength} bytes, ${age} hours old${verified}`;
}
