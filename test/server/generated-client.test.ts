import { OpenAPIClientAxios } from "openapi-client-axios";
import { expect, onTestFinished, test } from "vitest";
import { ECHO, openServerBench } from "./server-bench.ts";

test("a client made from the document starts a hand and reads what it did, over a socket", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const { url } = await bench.server.start();
  onTestFinished(() => bench.server.stop());
  const response = await bench.server.request("http://127.0.0.1/openapi.json");
  const definition = (await response.json()) as ConstructorParameters<
    typeof OpenAPIClientAxios
  >[0]["definition"];
  const api = new OpenAPIClientAxios({
    definition,
    axiosConfigDefaults: {
      baseURL: url,
      headers: { authorization: `Bearer ${await bench.token("read", "trigger")}` },
    },
    withServer: { url },
  });
  // biome-ignore lint/suspicious/noExplicitAny: its operations come from the document at run time.
  const client = (await api.init()) as any;
  const hands = await client.listHands();
  expect(hands.data.items.map((hand: { name: string }) => hand.name)).toEqual(["echo"]);
  const started = await client.triggerHand({ name: "echo" }, { input: "hello" });
  expect(started.status).toBe(202);
  const { executionId } = started.data;
  await bench.rest(executionId);
  const execution = await client.getExecution({ id: executionId });
  expect(execution.data.output).toContain('said "hello"');
  await expect(client.getHand({ name: "nobody" })).rejects.toMatchObject({
    response: { status: 404, data: { error: { code: "hand_not_found" } } },
  });
});
