import { Ajv2020 } from "ajv/dist/2020.js";
import type { HandsServer } from "../../src/server/index.ts";

/** Holds an answer against the document. Throws where they differ, or the document does not know the operation. */
export type DocumentCheck = (method: string, pathname: string, status: number, body: unknown) => void;

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** Reads a server's document. In the check no object may have a member that the document does not name. */
export async function openDocumentCheck(server: HandsServer): Promise<DocumentCheck> {
  const response = await server.request("http://127.0.0.1/openapi.json");
  const document = close(await response.json()) as Document;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "document", ...document });
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`),
      operation,
    })),
  );
  return (method, pathname, status, body) => {
    const found =
      operations.find((operation) => operation.method === method && operation.path === pathname) ??
      operations.find((operation) => operation.method === method && operation.pattern.test(pathname));
    if (found === undefined) {
      if (status === 404 || pathname === "/openapi.json") return;
      throw new Error(`the document has no ${method} ${pathname}, which answered ${status}`);
    }
    const key = found.operation.responses[status] === undefined ? "default" : String(status);
    const content = found.operation.responses[key]?.content;
    if (content === undefined) {
      if (status === 304 && body === "") return;
      throw new Error(`the document has no answer ${status} of ${method} ${found.path}`);
    }
    const [type] = Object.keys(content);
    if (type !== "application/json") return;
    const pointer = ["paths", found.path, method.toLowerCase(), "responses", key, "content", type, "schema"]
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    if (ajv.validate({ $ref: `document#/${pointer}` }, body)) return;
    throw new Error(`${method} ${pathname} answered ${status}, not as documented: ${ajv.errorsText()}`);
  };
}

/** The document with every object closed. */
function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== "object" || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, close(item)]));
  const isObject =
    closed["type"] === "object" && "properties" in closed && !("additionalProperties" in closed);
  return isObject ? { ...closed, additionalProperties: false } : closed;
}
