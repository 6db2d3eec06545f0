import type { KyselyPlugin, RootOperationNode } from "kysely";
import { TableNode } from "kysely";
import type { Store } from "../../src/store/index.ts";
import type { Watch } from "./interrupt-process.ts";

/**
 * A store that counts its commits and tells of each: when it is to begin, before it, with everything written and nothing committed, and after it, when
 * nobody has learned of it. The renewals of leases are left out, because they come with the time and not with the work.
 */
export function watchStore(store: Store, watch: Watch): Store {
  let count = 0;
  return {
    capabilities: store.capabilities,
    ids: store.ids,
    db: store.db,
    nowMs: () => store.nowMs(),
    onChange: (listener) => store.onChange(listener),
    backup: (path) => store.backup(path),
    close: () => store.close(),
    async transaction(work) {
      let number = 0;
      let what = "";
      watch.beginning(count + 1);
      const result = await store.transaction(async (transaction) => {
        const writes: string[] = [];
        let hasNews = false;
        const given = await work({
          ...transaction,
          db: transaction.db.withPlugin(noteWrites(writes)),
          notify(topic) {
            hasNews = true;
            transaction.notify(topic);
          },
        });
        what = writes.join(", ");
        const isRenewal = what === "update hand_executions" && !hasNews;
        if (writes.length === 0 || isRenewal) return given;
        if (number === 0) {
          count += 1;
          number = count;
        }
        watch.before(number, what);
        return given;
      });
      if (number > 0) watch.after(number, what);
      return result;
    },
  };
}

/** Notes the statements that change something, as in `insert events`. */
function noteWrites(writes: string[]): KyselyPlugin {
  return {
    transformQuery({ node }) {
      const write = describeWrite(node);
      if (write !== null && writes.at(-1) !== write) writes.push(write);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

function describeWrite(node: RootOperationNode): string | null {
  switch (node.kind) {
    case "InsertQueryNode":
      return `insert ${node.into?.table.identifier.name ?? ""}`;
    case "UpdateQueryNode":
      return node.table !== undefined && TableNode.is(node.table)
        ? `update ${node.table.table.identifier.name}`
        : "update";
    case "DeleteQueryNode":
      return "delete";
    default:
      return null;
  }
}
