/* A process that opens the store, says that it is ready, and decides when it is told to: argv is the address, the id, the name, the word. */
import { decideApproval } from "../../src/approvals/index.ts";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { openStore } from "../../src/store/index.ts";

const [db = "", approvalId = "", by = "", word = ""] = process.argv.slice(2);
const store = await openStore({ db, clock: systemClock, logger: silentLogger });
process.send?.("ready");
await new Promise((resolve) => process.once("message", resolve));
const decision = { kind: word === "approve" ? "approve" : "reject" } as const;
const input = { approvalId, decision, by, via: "cli", note: null };
const result = await decideApproval(store, input, { wake: async () => {} });
process.send?.({ won: result.won, resolvedBy: result.approval.resolved_by, status: result.approval.status });
await store.close();
process.disconnect();
