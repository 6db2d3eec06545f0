import { nameOutputFile } from "../file-channel.ts";
import type { ChannelParts } from "../http/exchange.ts";
import { describeNotice } from "../text/describe-notice.ts";
import { plainDialect } from "../text/plain-dialect.ts";
import { readText } from "../text/read-text.ts";
import { renderPieces } from "../text/render-pieces.ts";
import { paragraph } from "../text/text-block.ts";
import type { Channel } from "../types.ts";
import { composeMail, composeRequest } from "./email-message.ts";
import type { MailServer } from "./mail-sender.ts";
import { createMailSender } from "./mail-sender.ts";

/** `[channels.NAME]` with `type = "email"`. */
export interface EmailChannelSettings extends MailServer {
  readonly name: string;
  readonly from: string;
  readonly to: readonly string[];
}

/** A longer output is attached; the mail shows its beginning. */
const LONGEST_BODY = 50_000;
const EXCERPT = 3000;

/** Sends mail. Requests have links of their own for each recipient, who counts as `email:ADDRESS`. A mail that was sent is never changed. */
export function createEmailChannel(
  settings: EmailChannelSettings,
  parts: Pick<ChannelParts, "clock" | "timeoutMs">,
): Channel {
  const { name, from, to } = settings;
  const sender = createMailSender(name, settings, parts);
  return {
    name,
    destination: to.join(", "),
    async deliver(output, signal) {
      const isLong = output.payload.length > LONGEST_BODY;
      const shown = isLong ? output.payload.slice(0, LONGEST_BODY).toWellFormed() : output.payload;
      const whole = await readText(shown, output.format);
      const [beginning = ""] = isLong ? renderPieces(whole, plainDialect, EXCERPT) : [];
      const filename = nameOutputFile(output);
      const blocks = isLong
        ? [paragraph(beginning), paragraph(`… All of it is attached: ${filename}`)]
        : whole;
      const { deliveryId: id, executionId, handName } = output;
      const mail = composeMail(
        { subject: handName, id, executionId, blocks },
        from,
        output.destination.split(/,\s*/),
      );
      const attachments = isLong ? { attachments: [{ filename, content: output.payload }] } : {};
      const rejected = await sender.send({ ...mail, ...attachments }, signal);
      if (rejected.length > 0) return `not taken for ${rejected.join(", ")}`;
      return isLong ? `attached as ${filename}` : null;
    },
    async notify(notice, signal) {
      const content = {
        subject: notice.title,
        id: notice.deliveryId,
        executionId: null,
        blocks: describeNotice(notice),
      };
      await sender.send(composeMail(content, from, to), signal);
    },
    async check(signal) {
      await sender.verify(signal);
      return `${new URL(settings.smtp).host} takes mail from this program`;
    },
    requests: {
      linkRecipients: to.map((address) => `email:${address}`),
      async ask(message, recipient, signal) {
        const address = recipient?.replace(/^email:/, "");
        for (const one of address === undefined ? to : [address]) {
          await sender.send(composeRequest(message, one, from), signal);
        }
        return null;
      },
      update: async () => {},
    },
  };
}
