import type { ButtonHTMLAttributes } from "react";

const looks = {
  primary: "bg-accent-fill text-on-accent border-transparent hover:brightness-110",
  danger: "bg-bad text-on-bad border-transparent hover:brightness-110",
  plain: "bg-surface text-ink border-line-strong hover:bg-sunken",
  bare: "bg-transparent text-ink-2 border-transparent hover:bg-sunken hover:text-ink",
} as const;

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof looks;
  readonly isBusy?: boolean;
}

export function Button({ look = "plain", isBusy = false, className = "", disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || isBusy}
      aria-busy={isBusy || undefined}
      className={`inline-flex min-h-9 items-center justify-center gap-1.5 rounded-md border px-3 py-1.5 font-medium whitespace-nowrap select-none disabled:opacity-60 max-lg:min-h-11 ${looks[look]} ${className}`}
    />
  );
}

/** A key that does the same. */
export function Key({ name }: { readonly name: string }) {
  return (
    <span
      aria-hidden="true"
      className="rounded-sm border border-current px-1 font-mono text-micro leading-4 opacity-75 max-lg:hidden"
    >
      {name}
    </span>
  );
}
