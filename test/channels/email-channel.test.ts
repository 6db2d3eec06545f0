import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { SMTPServer } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { composeMail } from "../../src/channels/email/email-message.ts";
import { createEmailChannel } from "../../src/channels/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { createOutput, decided, never, notice, request } from "./channel-samples.ts";

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

interface MailServerOptions {
  readonly password?: string;
  refuseMail?(text: string): Error | null;
  refuseRecipient?(address: string): Error | null;
}

const smtpError = (message: string, responseCode: number) =>
  Object.assign(new Error(message), { responseCode });

async function openMailServer(options: MailServerOptions = {}) {
  const mails: Mail[] = [];
  const signIns: (string | undefined)[] = [];
  const server = new SMTPServer({
    logger: false,
    disabledCommands: ["STARTTLS"],
    authOptional: options.password === undefined,
    allowInsecureAuth: true,
    onAuth(auth, _session, callback) {
      signIns.push(auth.username);
      if (auth.password === options.password) callback(null, { user: auth.username });
      else callback(smtpError("Invalid username or password", 535));
    },
    onRcptTo(address, _session, callback) {
      callback(options.refuseRecipient?.(address.address) ?? null);
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const refusal = options.refuseMail?.(text) ?? null;
        if (refusal === null) {
          const { mailFrom, rcptTo } = session.envelope;
          mails.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text: text.replaceAll("=\r\n", ""),
          });
        }
        callback(refusal);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { smtp: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, mails, signIns };
}

const TO = ["ann@example.com", "bob@example.com"];

function open(smtp: string, more: object = {}, timeoutMs = 10_000) {
  return createEmailChannel(
    { name: "mail", smtp, from: "hands@example.org", to: TO, ...more },
    { clock: systemClock, timeoutMs },
  );
}

test("an output is a mail of text and HTML, with a stable id, in the thread of its execution", async () => {
  const { smtp, mails } = await openMailServer();
  const channel = open(smtp);
  expect(channel.destination).toBe("ann@example.com, bob@example.com");
  expect(await channel.deliver(createOutput(channel.destination), never)).toBeNull();
  const [mail] = mails;
  expect([mail?.from, mail?.to]).toEqual(["hands@example.org", TO]);
  expect(mail?.text).toContain("Subject: oracle\r\n");
  expect(mail?.text).toContain("Message-ID: <01m83hxq0000000012345678@example.org>");
  expect(mail?.text).toContain("In-Reply-To: <execution.01execution@example.org>");
  expect(mail?.text).toContain("Auto-Submitted: auto-generated");
  expect(mail?.text).toContain("Some words");
  expect(mail?.text).toContain("<p>Some <strong>words</strong></p>");
  expect(mail?.text).not.toMatch(/^List-/m);
});

test("a long output is attached whole, and goes where it was planned for", async () => {
  const { smtp, mails } = await openMailServer();
  const text = "some words ".repeat(6000);
  expect(await open(smtp).deliver(createOutput("eve@example.net", text), never)).toContain(
    "oracle_2026-01-05",
  );
  expect(mails[0]?.to).toEqual(["eve@example.net"]);
  const [, encoded = ""] = /filename=oracle[\s\S]*?\r\n\r\n([\w+/=\r\n]+)/.exec(mails[0]?.text ?? "") ?? [];
  expect(Buffer.from(encoded, "base64").toString("utf8")).toBe(text);
  expect(mails[0]?.text).toContain("All of it is attached: oracle_2026-01-05T07-00-00Z_12345678.md");
});

test("a request goes to one recipient with links of its own, is one mail per recipient id, and is never edited", async () => {
  const { smtp, mails } = await openMailServer();
  const { requests } = open(smtp);
  expect(requests?.linkRecipients).toEqual(["email:ann@example.com", "email:bob@example.com"]);
  for (const recipient of requests?.linkRecipients ?? []) {
    expect(await requests?.ask(request, recipient, never)).toBeNull();
  }
  expect(mails.map(({ to }) => to)).toEqual([["ann@example.com"], ["bob@example.com"]]);
  const ids = mails.map(({ text }) => /Message-ID: (\S+)/.exec(text)?.[1]);
  expect(new Set(ids).size).toBe(2);
  expect(mails[0]?.text).toContain('<a href=3D"https://hands.example.com/a">Approve</a>');
  expect(mails[0]?.text).toContain("Pay &lt;Acme&gt; &amp; co");
  await requests?.update("", decided, never);
  expect(mails).toHaveLength(2);
});

test("line breaks in a title begin no header", async () => {
  const { smtp, mails } = await openMailServer();
  await open(smtp).notify?.({ ...notice, title: "x\r\nBcc: eve@example.net" }, never);
  expect(mails[0]?.to).toEqual(TO);
  expect(mails[0]?.text).toContain("Subject: x Bcc: eve@example.net");
  // Not by the grace of the library alone.
  const content = {
    subject: "x\r\nBcc: eve@example.net",
    id: "1\r\nBcc: e@x",
    executionId: "2\nBcc: e@x",
    blocks: [],
  };
  const { subject, messageId, references } = composeMail(content, "hands@example.com", TO);
  expect([subject, messageId, references]).toEqual([
    "x Bcc: eve@example.net",
    "<1--Bcc--e-x@example.com>",
    ["<execution.2-Bcc--e-x@example.com>"],
  ]);
});

test("a recipient that the server does not take is named, where it takes another", async () => {
  const { smtp } = await openMailServer({
    refuseRecipient: (address) => (address.startsWith("bob") ? smtpError("no such user", 550) : null),
  });
  const channel = open(smtp);
  expect(await channel.deliver(createOutput(channel.destination), never)).toBe(
    "not taken for bob@example.com",
  );
});

test.each([
  [451, true],
  [552, false],
])("a refusal with %i; to be tried again: %s", async (code, retryable) => {
  const { smtp } = await openMailServer({ refuseMail: () => smtpError("not now", code) });
  await expect(open(smtp).notify?.(notice, never)).rejects.toMatchObject({
    code: "delivery_failed",
    message: expect.stringContaining("not now"),
    details: { status: code, retryable },
  });
});

test("a wrong password is final, says what to do and is not repeated; the right one signs in", async () => {
  const { smtp } = await openMailServer({ password: "right-password" });
  const failure = await open(smtp, { user: "hands", password: "canary-password" })
    .notify?.(notice, never)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ details: { retryable: false }, hint: expect.stringContaining("password") });
  expect(String(failure)).not.toContain("canary-password");
  const channel = open(smtp, { user: "hands", password: "right-password" });
  expect(await channel.check?.(never)).toContain("takes mail");
});

test("a password is not sent where there is no TLS, but on this machine", async () => {
  const { smtp, signIns } = await openMailServer({ password: "right-password" });
  // Leads to this machine, and is not known to.
  const elsewhere = open(smtp.replace("127.0.0.1", "0.0.0.0"), { user: "hands", password: "right-password" });
  await expect(elsewhere.notify?.(notice, never)).rejects.toMatchObject({
    hint: expect.stringContaining("TLS"),
    details: { retryable: false },
  });
  expect(signIns).toEqual([]);
});

test("a server that says nothing, one that hangs up and one that is not there may come back", async () => {
  const silent = createServer();
  const rude = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  for (const server of [silent, rude]) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
  }
  silent.on("connection", (socket) => onTestFinished(() => void socket.destroy()));
  for (const server of [silent, rude]) {
    const smtp = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(open(smtp, {}, 150).notify?.(notice, never)).rejects.toMatchObject({
      details: { retryable: true },
    });
  }
  await expect(open("smtp://127.0.0.1:9").notify?.(notice, never)).rejects.toMatchObject({
    message: expect.stringContaining("ECONNREFUSED"),
    details: { retryable: true },
  });
});
