import { nameItem } from "../text/describe-request.ts";
import type { RequestMessage } from "../types.ts";

/** Source: https://core.telegram.org/bots/api#inlinekeyboardmarkup */
export interface InlineKeyboard {
  readonly inline_keyboard: readonly (readonly InlineButton[])[];
}

type InlineButton = { readonly text: string } & (
  | { readonly callback_data: string }
  | { readonly url: string }
);

/** A row of buttons for each request that is still open. Telegram takes 100 buttons in all. */
export function buildKeyboard(message: RequestMessage): InlineKeyboard {
  const rows = message.items.flatMap((item, index) => {
    if (item.outcome !== null || item.buttons.length === 0) return [];
    const marks = { approve: "✅", reject: "❌" } as const;
    return [
      item.buttons.map(({ decision, label, token }) => ({
        text: `${marks[decision]} ${nameItem(message, index)}${label}`,
        callback_data: token,
      })),
    ];
  });
  return { inline_keyboard: rows.slice(0, 45) };
}
