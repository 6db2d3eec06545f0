import type { ChannelSet } from "../channels/index.ts";
import type { HandCodeHost } from "../code/index.ts";
import type { Clock, Environment, Logger } from "../core/index.ts";
import type { ModelProvider } from "../models/index.ts";
import type { Store } from "../store/index.ts";
import type { CallableTool, McpHost } from "../tools/index.ts";
import type { ProjectConfig } from "./project-config.ts";

/** Things in place of those that act: each is given the real one. */
export interface StandIns {
  tool(tool: CallableTool): CallableTool;
  code(host: HandCodeHost): HandCodeHost;
  mcp(host: McpHost): McpHost;
}

/** What a runtime may be given in place of what it would make itself. */
export interface RuntimeOptions {
  readonly config: ProjectConfig;
  readonly clock?: Clock;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Default: this process's. */
  readonly environment?: Environment;
  /** An open store, which stays open when the runtime stops. Default: the one that `config.db` names. */
  readonly store?: Store;
  /** Default: the models of `config.model` and the environment. */
  readonly models?: ModelProvider;
  /** Default: the channels of `config.channels`. */
  readonly channels?: ChannelSet;
  /** Tools beside the built-in ones. */
  readonly tools?: readonly CallableTool[];
  /** What stands between the runner and everything that acts; with them no output is delivered either. Default: nothing. */
  readonly standIns?: StandIns;
  /** Loads the own tools of each hand when the hand is loaded, so that what is wrong with them is known before a run. Default: false. */
  readonly checksCode?: boolean;
  /** Executions of one hand at once, where its overlap policy is `skip` or `queue`. Default: 1. */
  readonly maxInstances?: number;
}
