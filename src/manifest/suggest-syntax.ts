/** What to do about a syntax error, from the line it is in; null where nothing better than the message can be said. */
export function suggestSyntax(source: string, message: string): string | null {
  const value = /^\s*[\w."-]+\s*=\s*(.*?)\s*$/.exec(source)?.[1];
  if (message.includes("redefine")) return "A key or table may appear once: remove or rename the second.";
  if (message.includes("control characters"))
    return "A text ends on the line it began: close it with a quote.";
  if (message.includes("losslessly")) return "Write the number as a text, in quotes.";
  if (/^\s*\[[^\]]*$/.test(source)) return "Close the table header with `]`.";
  if (value !== undefined && /^(?:true|false)\b/i.test(value) && !/^(?:true|false)\b/.test(value))
    return "Write `true` and `false` in lower case.";
  if (value !== undefined && /^(?:none|null|nil)\b/i.test(value))
    return "TOML has no null: leave the key out.";
  if (value !== undefined && /^[A-Za-z*@/~]/.test(value)) return "Put texts in quotes.";
  if (/^\s*[\w-]+\s*:/.test(source)) return "TOML writes `key = value`, not `key: value`.";
  return /^\s*[\w-]+\s*$/.test(source) ? "A key needs a value: `key = value`." : null;
}
