/** The processes that share the store, each start of one a row. */
export interface NodesTable {
  id: string;
  host_name: string;
  pid: number;
  /** What it does, as a JSON list. */
  roles_json: string;
  program_version: string;
  /** The newest schema that it knows. */
  schema_number: number;
  hands_dir: string;
  /** Names the contents of its hands folder; null until it has read them. */
  hands_hash: string | null;
  /** The first digits of each hand's version, by name, as JSON. */
  hands_json: string | null;
  started_at: number;
  last_seen_at: number;
  /** Executions that it has now. */
  active_count: number;
  max_active: number;
  /** When it found that a newer program has changed the schema. */
  outdated_at: number | null;
  stopped_at: number | null;
}

/** Requests to models whose provider has limits: those that wait, those under way, and those of the last minute. */
export interface ModelRequestsTable {
  id: string;
  provider: string;
  /** The process that asks. */
  node_id: string;
  tokens: number;
  asked_at: number;
  /** When it went to the provider; null while it waits. */
  started_at: number | null;
  /** Until when it waits or is under way, unless its process says so again. */
  lease_until: number;
}

/** What happened, append-only. */
export interface EventsTable {
  id: string;
  /** Order for readers, given by the sealer to committed events; null until then. */
  position: number | null;
  type: string;
  hand_name: string | null;
  execution_id: string | null;
  data_json: string;
  created_at: number;
  /** 1 for decisions, effects and changes of configuration, which are hash-chained. */
  is_audited: number;
  previous_hash: string | null;
  hash: string | null;
}

/** Small facts of the whole project, by key. */
export interface RuntimeStateTable {
  key: string;
  value: string;
  updated_at: number;
}
