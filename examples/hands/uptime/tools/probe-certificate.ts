import { isIP } from "node:net";
import { connect } from "node:tls";
import { defineTool } from "hands";
import { z } from "zod";

interface Probe {
  /** When the certificate ends; null where none was shown. */
  readonly validTo: string | null;
  /** Why this machine does not trust it, or why the host was not reached. */
  readonly problem: string | null;
}

/** The certificate that a host shows. It is not trusted for anything: what is wrong with it is what is asked. */
export default defineTool({
  name: "probe_certificate",
  description: "Gives the end of a host's TLS certificate, and whether this machine trusts it.",
  effect: "read",
  input: z.strictObject({
    host: z.string().regex(/^[\w.:-]+$/, "must be a host's name or address"),
    port: z.int().min(1).max(65535),
    giveUpSeconds: z.number().min(0.1).max(60),
  }),
  execute: ({ host, port, giveUpSeconds }, { signal }) =>
    new Promise<Probe>((resolve, reject) => {
      const socket = connect({
        host,
        port,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        // An expired certificate has to be read, not refused. Nothing is sent over this connection.
        rejectUnauthorized: false,
        timeout: giveUpSeconds * 1000,
      });
      const settle = (probe: Probe) => {
        signal.removeEventListener("abort", abort);
        socket.destroy();
        resolve(probe);
      };
      const abort = () => {
        socket.destroy();
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      socket.once("secureConnect", () => {
        const { valid_to: end } = socket.getPeerCertificate();
        settle({
          validTo: end === undefined ? null : new Date(end).toISOString(),
          problem: socket.authorized ? null : String(socket.authorizationError),
        });
      });
      socket.once("timeout", () => settle({ validTo: null, problem: `no answer in ${giveUpSeconds} s` }));
      socket.once("error", (error) => settle({ validTo: null, problem: error.message }));
    }),
});
