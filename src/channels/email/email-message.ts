import type { SendMailOptions } from "nodemailer";
import { sha256 } from "../../core/index.ts";
import { describeRequest, titleRequest } from "../text/describe-request.ts";
import { plainDialect } from "../text/plain-dialect.ts";
import { renderBlocks } from "../text/render-pieces.ts";
import { shorten } from "../text/split-text.ts";
import type { TextBlock } from "../text/text-block.ts";
import { paragraph } from "../text/text-block.ts";
import type { RequestMessage } from "../types.ts";
import { renderEmailPage } from "./email-html.ts";

const LONGEST_SUBJECT = 150;

/** What a mail is made of, whatever it says. */
export interface MailContent {
  readonly subject: string;
  /** Stable over attempts: a mailbox that has it keeps one. */
  readonly id: string;
  /** Mails of one execution stand together. */
  readonly executionId: string | null;
  readonly blocks: readonly TextBlock[];
}

/** A mail as text, with the same as HTML beside it. */
export function composeMail(content: MailContent, from: string, to: readonly string[]): SendMailOptions {
  const domain = readDomain(from);
  const thread = content.executionId === null ? null : `<execution.${slug(content.executionId)}@${domain}>`;
  return {
    from,
    to: [...to],
    subject: shorten(content.subject.replace(/\s+/g, " "), LONGEST_SUBJECT),
    messageId: `<${slug(content.id)}@${domain}>`,
    ...(thread === null ? {} : { inReplyTo: thread, references: [thread] }),
    headers: { "Auto-Submitted": "auto-generated" },
    text: `${renderBlocks(content.blocks, plainDialect)}\n`,
    html: renderEmailPage(content.blocks),
  };
}

/** A request for one recipient: each button is a link to a page that asks once more, for scanners of mail open links too. */
export function composeRequest(message: RequestMessage, recipient: string, from: string): SendMailOptions {
  const links = message.items.flatMap((item, index): TextBlock[] =>
    item.outcome !== null
      ? []
      : item.buttons.flatMap(({ label, url }) => {
          const mark = message.items.length === 1 ? "" : `${index + 1}. `;
          return url === null ? [] : [paragraph(`${mark}${label}`, { url })];
        }),
  );
  const id = `${message.messageId}.${sha256(recipient).slice(0, 12)}`;
  const blocks = [...describeRequest(message), ...links];
  return composeMail({ subject: titleRequest(message), id, executionId: message.executionId, blocks }, from, [
    recipient,
  ]);
}

function readDomain(address: string): string {
  return /@([A-Za-z0-9.-]+)/.exec(address)?.[1] ?? "localhost";
}

function slug(id: string): string {
  return id.replace(/[^A-Za-z0-9.-]/g, "-");
}
