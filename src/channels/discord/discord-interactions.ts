import type { Clock, Logger } from "../../core/index.ts";
import { describeError, HandsError, isPlainObject } from "../../core/index.ts";
import type { Exchange } from "../http/exchange.ts";
import { settleWithin } from "../settle-within.ts";
import { takeTap } from "../take-tap.ts";
import type { InteractionAnswer, RequestChannel, RequestTap } from "../types.ts";
import { NO_MENTIONS } from "./discord-message.ts";
import { isSignedByDiscord, readPublicKey } from "./discord-signature.ts";

/** Source: https://docs.discord.com/developers/interactions/receiving-and-responding */
const PING = 1;
const PRESSED = 3;
const PONG = 1;
const MESSAGE = 4;
const MESSAGE_LATER = 5;
/** Seen by whoever pressed, alone. */
const EPHEMERAL = 64;
/** Discord waits 3 seconds for an answer. */
const ANSWER_WITHIN_MS = 2000;

interface Pressed {
  readonly tap: RequestTap;
  readonly applicationId: string;
  /** Under which an answer may follow, for 15 minutes. */
  readonly followUpToken: string;
}

/** Answers Discord's requests: checks the signature, says hello, and hands taps over; what takes longer is answered with a message that follows. */
export function createDiscordReceiver(parts: {
  readonly name: string;
  readonly publicKey: string;
  readonly baseUrl: string;
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly logger: Logger;
}): NonNullable<RequestChannel["receive"]> {
  const { name, baseUrl, exchange, clock, logger } = parts;
  const key = readPublicKey(parts.publicKey);

  return async (interaction, handle) => {
    if (!isSignedByDiscord(interaction, key, clock.now())) {
      return { status: 401, body: "the signature is not valid", contentType: "text/plain" };
    }
    const body = parse(Buffer.from(interaction.rawBody).toString("utf8"));
    if (body["type"] === PING) return answer({ type: PONG });
    const pressed = readPressed(body);
    if (pressed === null) return answer(say("This is no button of a request."));
    const deciding = takeTap(name, handle, pressed.tap, logger);
    const decided = await settleWithin(deciding, ANSWER_WITHIN_MS, clock);
    if (decided !== null) return answer(say(decided.text));
    void deciding.then(({ text }) => follow(pressed, text));
    return answer({ type: MESSAGE_LATER, data: { flags: EPHEMERAL } });
  };

  async function follow({ applicationId, followUpToken }: Pressed, text: string): Promise<void> {
    const place = [applicationId, followUpToken].map(encodeURIComponent).join("/");
    try {
      await exchange.ask(
        {
          method: "PATCH",
          url: `${baseUrl}/webhooks/${place}/messages/@original`,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ ...NO_MENTIONS, content: text }),
        },
        new AbortController().signal,
      );
    } catch (error) {
      logger.warn("a tap was handled, but its answer did not arrive", {
        channel: name,
        error: describeError(error),
      });
    }
  }
}

function say(content: string) {
  return { type: MESSAGE, data: { ...NO_MENTIONS, content, flags: EPHEMERAL } };
}

function answer(body: Readonly<Record<string, unknown>>): InteractionAnswer {
  return { status: 200, body: JSON.stringify(body), contentType: "application/json" };
}

function readPressed(body: Readonly<Record<string, unknown>>): Pressed | null {
  const { type, data, member, application_id: applicationId, token } = body;
  const user = isPlainObject(member) ? member["user"] : body["user"];
  if (type !== PRESSED || !isPlainObject(data) || !isPlainObject(user)) return null;
  const { custom_id: customId } = data;
  if (typeof customId !== "string" || typeof user["id"] !== "string") return null;
  const names = [user["global_name"], user["username"]];
  return {
    tap: {
      token: customId,
      sender: `discord:${user["id"]}`,
      senderName: names.find((candidate) => typeof candidate === "string") ?? null,
    },
    applicationId: String(applicationId),
    followUpToken: String(token),
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isPlainObject(value)) return value;
  } catch {
    // Signed, and still no JSON: the same refusal.
  }
  throw new HandsError("invalid_argument", "the interaction is no JSON object");
}
