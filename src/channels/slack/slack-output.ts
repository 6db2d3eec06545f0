import { nameOutputFile } from "../file-channel.ts";
import type { Exchange } from "../http/exchange.ts";
import type { OutgoingOutput } from "../types.ts";
import type { SlackApi } from "./slack-api.ts";

/** Puts an output into the channel as a file. Source: https://docs.slack.dev/messaging/working-with-files#upload */
export async function uploadOutput(
  api: SlackApi,
  exchange: Exchange,
  output: OutgoingOutput,
  signal: AbortSignal,
): Promise<string> {
  const name = nameOutputFile(output);
  const content = Buffer.from(output.payload);
  const target = await api.call(
    "files.getUploadURLExternal",
    { filename: name, length: content.byteLength },
    signal,
    "form",
  );
  const answer = await exchange.ask(
    {
      method: "POST",
      url: String(target["upload_url"]),
      headers: { "content-type": "application/octet-stream" },
      body: new Uint8Array(content),
    },
    signal,
  );
  if (!answer.isOk) throw exchange.refuse(answer, { reason: "the file was not taken" });
  await api.call(
    "files.completeUploadExternal",
    {
      files: [{ id: String(target["file_id"]), title: name }],
      channel_id: output.destination,
      initial_comment: `${output.handName}: ${output.executionId}`,
    },
    signal,
  );
  return name;
}
