import type { ToolDescriptor } from "../types.ts";

/** What a manifest is held against: what each tool that comes with the program is called and does. The tools themselves say the same, and need not be loaded for it. */
export const BUILTIN_CATALOG: readonly Pick<ToolDescriptor, "name" | "effect" | "action">[] = [
  { name: "db_health", effect: "read", action: null },
  { name: "disk_check", effect: "read", action: null },
  { name: "file_list", effect: "read", action: null },
  { name: "file_read", effect: "read", action: null },
  { name: "file_write", effect: "write", action: null },
  { name: "git", effect: "read", action: null },
  { name: "git_commit", effect: "write", action: null },
  { name: "execute_hand", effect: "destructive", action: null },
  { name: "http_get", effect: "read", action: null },
  { name: "http_request", effect: "destructive", action: null },
  { name: "memory_get", effect: "read", action: null },
  { name: "memory_list", effect: "read", action: null },
  { name: "memory_set", effect: "write", action: null },
  { name: "notify", effect: "destructive", action: "broadcast" },
  { name: "process_list", effect: "read", action: null },
  { name: "read_skill", effect: "read", action: null },
  { name: "rss_fetch", effect: "read", action: null },
  { name: "shell", effect: "destructive", action: null },
  { name: "system_stats", effect: "read", action: null },
  { name: "web_fetch", effect: "read", action: null },
];
