import type { OperatorPolicy } from "../approvals/index.ts";
import type {
  DiscordBotSettings,
  DiscordWebhookSettings,
  EmailChannelSettings,
  NtfyChannelSettings,
  SlackBotSettings,
  SlackWebhookSettings,
  TelegramChannelSettings,
  WebhookChannelSettings,
} from "../channels/index.ts";
import type { ModelPrice, ModelSettings } from "../models/index.ts";
import type { ProjectLimits } from "../runner/index.ts";
import type { RetentionPolicy } from "../store/index.ts";
import type { McpServerDefinition } from "../tools/index.ts";
import type { AuditSettings } from "./audit/audit-keeper.ts";

/** One entry of `[channels.NAME]`, its secrets already read from where they are kept. */
export type ChannelConfig =
  | ({ readonly type: "webhook" } & WebhookChannelSettings)
  | ({ readonly type: "telegram" } & TelegramChannelSettings)
  | ({ readonly type: "slack" } & (SlackWebhookSettings | SlackBotSettings))
  | ({ readonly type: "discord" } & (DiscordWebhookSettings | DiscordBotSettings))
  | ({ readonly type: "ntfy" } & NtfyChannelSettings)
  | ({ readonly type: "email" } & EmailChannelSettings);

/** What a project says of itself: from flags, then `HANDS_*` variables, then `hands.toml`, then defaults. */
export interface ProjectConfig {
  /** The folder of `hands.toml`, or the current one: absolute. Relative paths of the file are below it. */
  readonly projectDir: string;
  /** The file that was read: absolute; null where there is none. */
  readonly configPath: string | null;
  /** Absolute. Default: `hands`. */
  readonly handsDir: string;
  /** The folder of tools that every hand may name: absolute; it need not be there. Default: `tools`. */
  readonly toolsDir?: string;
  /** An absolute path, or a `postgres://` address. Default: `data/hands.db`. */
  readonly db: string;
  /** Where workspaces and versions are: absolute; the database's folder, or `data`. */
  readonly dataDir: string;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** What others reach it by, as in `https://hands.example.com`. Without it it answers to loopback names alone. */
    readonly publicUrl?: string | null;
  };
  readonly model: ModelSettings;
  /** By `provider/model`. */
  readonly modelPrices: Readonly<Record<string, ModelPrice>>;
  readonly policy: OperatorPolicy;
  /** Channels that requests for decisions go through. Default (null): every one that people can be asked through. */
  readonly notify?: readonly string[] | null;
  /** What the runtime says of its own: failures, recoveries, the digest. Default: through every channel that can, with no digest. */
  readonly alerts?: {
    readonly isEnabled: boolean;
    /** Null is every channel that can. */
    readonly channels: readonly string[] | null;
    /** When the daily digest comes, by that zone's clock; null is never. */
    readonly digest: { readonly at: string; readonly timezone: string } | null;
  };
  readonly channels: readonly ChannelConfig[];
  /** `[mcp.*]`, by name. Default: none. */
  readonly mcp?: Readonly<Record<string, McpServerDefinition>>;
  /** Values of `[secrets]`, by name, already read. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What all hands together may cost. Default: no limit. */
  readonly limits?: ProjectLimits;
  /** Executions at once in one process. Default: 10. */
  readonly maxConcurrent: number;
  /** Default: keeps everything. */
  readonly retention?: RetentionPolicy;
  /** Null verifies and anchors nothing by itself. Default: null. */
  readonly audit?: AuditSettings | null;
}
