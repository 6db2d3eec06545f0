import { defineTool } from "hands";
import { z } from "zod";

const WEI_DIGITS = 18;

const ether = z.string().regex(/^\d+(\.\d{1,18})?$/, 'must be ether as a text, as in "2.5"');

/** What `[parameters]` has to say. */
const parameterSchema = z.object({
  rpc_url: z.url(),
  accounts: z
    .array(
      z.object({
        label: z.string().min(1).max(100),
        address: z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be 0x and 40 hexadecimal digits"),
        minimum: ether.default("0"),
      }),
    )
    .min(1, "There are no accounts: write some in [parameters] of HAND.toml")
    .max(50),
});

/** Reads balances at one block, so that they belong together. Source of the methods: the Ethereum JSON-RPC specification. */
export default defineTool({
  name: "read_balances",
  description:
    "Reads the balances of the treasury's accounts, in ether, and compares them with their minimums.",
  effect: "read",
  untrusted: true,
  input: z.strictObject({}),
  async execute(_args, { parameters, fetch }) {
    const { rpc_url, accounts } = parameterSchema.parse(parameters);
    const call = async (method: string, params: readonly unknown[]) => {
      const response = await fetch(rpc_url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      });
      if (!response.ok) throw new Error(`${rpc_url} answered with status ${response.status}`);
      const { result, error } = rpcAnswer.parse(await response.json());
      if (error !== undefined) throw new Error(`${method} failed: ${error.message.slice(0, 200)}`);
      return BigInt(quantity.parse(result));
    };
    const block = await call("eth_blockNumber", []);
    const balances = await Promise.all(
      accounts.map(async ({ label, address, minimum }) => {
        try {
          const wei = await call("eth_getBalance", [address, `0x${block.toString(16)}`]);
          return { label, balance: formatEther(wei), minimum, isBelowMinimum: wei < parseEther(minimum) };
        } catch (error) {
          return {
            label,
            balance: null,
            minimum,
            error: error instanceof Error ? error.message : String(error),
          };
        }
      }),
    );
    return { block: Number(block), balances };
  },
});

const rpcAnswer = z.object({
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

const quantity = z.string().regex(/^0x[0-9a-f]+$/i);

/** Exact: a balance has more digits than a number can hold. */
function formatEther(wei: bigint): string {
  const digits = wei.toString().padStart(WEI_DIGITS + 1, "0");
  const fraction = digits.slice(-WEI_DIGITS).replace(/0+$/, "");
  return `${digits.slice(0, -WEI_DIGITS)}${fraction === "" ? "" : `.${fraction}`}`;
}

function parseEther(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(WEI_DIGITS, "0"));
}
