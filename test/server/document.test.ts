import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { createHandJsonSchema } from "../../src/manifest/index.ts";
import { openServerBench } from "./server-bench.ts";

test("the document is valid OpenAPI 3.1, and every operation has a name of its own", async () => {
  const { server } = await openServerBench();
  const response = await server.request("http://127.0.0.1/openapi.json");
  expect(response.status).toBe(200);
  const document = (await response.json()) as {
    readonly openapi: string;
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
  };
  expect(document.openapi).toBe("3.1.0");
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
  const ids = Object.values(
    document.paths as Record<string, Record<string, { operationId: string }>>,
  ).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  expect(ids.length).toBeGreaterThan(30);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the schema of HAND.toml is there for editors, without a token", async () => {
  const { server } = await openServerBench();
  const response = await server.request("http://127.0.0.1/schema/hand.schema.json");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(createHandJsonSchema());
});
