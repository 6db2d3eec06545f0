/**
 * Names that other formats give to tools that are ours: the same act on the same thing. A name that is missing here is kept as it is, so that
 * the hand's own `tools/` may provide it.
 */
export const OUR_TOOLS: Readonly<Record<string, string>> = {
  file_read: "file_read",
  read_file: "file_read",
  file_write: "file_write",
  write_file: "file_write",
  file_list: "file_list",
  list_files: "file_list",
  list_directory: "file_list",
  shell: "shell",
  shell_exec: "shell",
  exec: "shell",
  bash: "shell",
  web_fetch: "web_fetch",
  http_get: "http_get",
  http_request: "http_request",
  git: "git",
  git_commit: "git_commit",
  notify: "notify",
  execute_hand: "execute_hand",
  memory_store: "memory_set",
  memory_set: "memory_set",
  memory_recall: "memory_get",
  memory_get: "memory_get",
  memory_list: "memory_list",
  rss_fetch: "rss_fetch",
  feed_read: "rss_fetch",
  system_stats: "system_stats",
  disk_check: "disk_check",
};

/** Tools of theirs that are called like one of ours and do something else, and what they do. */
export const FALSE_FRIENDS: Readonly<Record<string, string>> = {
  process_list:
    "there it lists the programs that the agent itself started; here it measures every process of the machine",
  db_health: "there it checks the program's own database for the agent; here it is a tool for people's hands",
  read_skill: "here every hand with packaged skills has it by itself",
};

/** Ours that reach outside the hand's own workspace and memory: each gets a gate of its own. */
export const GATED_TOOLS: Readonly<Record<string, string>> = {
  shell: "Run a program with this user's rights",
  http_request: "Send an HTTP request",
  git_commit: "Make a commit",
  notify: "Send a message",
  execute_hand: "Start another hand",
};

/** What a name means when its namespace is written the way of a function: `memory::store` as `memory_store`. */
export function normaliseToolName(name: string): string {
  return name
    .trim()
    .replace(/^tools?(?:::|\.)/, "")
    .replace(/::|\./g, "_");
}
