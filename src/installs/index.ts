export { withHandsChange } from "./hands-change.ts";
export { installHand } from "./install-hand.ts";
export { describeSource, parseSource } from "./parse-source.ts";
export { prepareInstall } from "./prepare-install.ts";
export { readPackage } from "./read-package.ts";
export { type FileDifferences, type InstalledState, readInstalledState, trustHand } from "./trust-hand.ts";
export type { PackageSource } from "./types.ts";
export { uninstallHand } from "./uninstall-hand.ts";
