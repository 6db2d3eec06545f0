import type { ReactNode } from "react";

/*
 * The icons of the dashboard: 16 × 16, one stroke. They stand beside words, so a screen reader is told nothing of them.
 */

const drawings = {
  check: <path d="m3.5 8.5 3 3 6-7" />,
  cross: <path d="m4.5 4.5 7 7m0-7-7 7" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 4.8V8l2.2 1.6" />
    </>
  ),
  timeout: (
    <>
      <circle cx="8" cy="8.8" r="4.9" />
      <path d="M8 6.2v2.9M6.3 1.6h3.4M8 1.6v2" />
    </>
  ),
  hand: <path d="M4 9.5V6m2.7 3V3.6M9.3 9V3.2M12 9.6V5.2M4 9.5c0 2.6 1.6 4.3 4 4.3s4-1.7 4-4.2" />,
  play: <path d="M5 3.6v8.8L12.2 8Z" />,
  spinner: <path d="M8 2.5A5.5 5.5 0 1 1 2.5 8" />,
  dash: <path d="M4 8h8" />,
  skip: <path d="M4 4v8l5-4Zm7.5 0v8" />,
  pause: <path d="M5.5 4v8m5-8v8" />,
  dot: <circle cx="8" cy="8" r="3" />,
  ring: <circle cx="8" cy="8" r="4.5" />,
  alert: <path d="M8 2.8 14 13H2Zm0 3.8v3m0 1.6v.4" />,
  question: <path d="M5.6 6.1a2.4 2.4 0 1 1 3.5 2.2c-.8.4-1.1.9-1.1 1.6m0 2.2v.4" />,
  edit: <path d="m3 13 .6-2.7 7-7 2.1 2.1-7 7Zm6-8 2.1 2.1" />,
  overview: <path d="M2.5 9.5h3l1.7-5 2 7 1.5-4.5.6 2.5h2.2" />,
  inbox: <path d="M2.5 9.5 4.4 3.5h7.2l1.9 6v3h-11Zm0 0h3l1 1.6h3l1-1.6h3" />,
  executions: <path d="M2.5 4h6m-6 4h11m-8 4h8" />,
  hands: <path d="M3.2 8v3m2.4-5.5V11M8 4v7m2.4-6.2V11m2.4-4.4V11M2.5 13.5h11" />,
  calendar: <path d="M2.5 4h11v9.5h-11ZM2.5 7h11M5.5 2.2V5m5-2.8V5" />,
  settings: (
    <path d="M2.5 5h5m4 0h2m-11 6h2m4 0h5M9.5 5m-1.7 0a1.7 1.7 0 1 0 3.4 0 1.7 1.7 0 1 0-3.4 0M6.5 11m-1.7 0a1.7 1.7 0 1 0 3.4 0 1.7 1.7 0 1 0-3.4 0" />
  ),
  chevron: <path d="m6 4 4 4-4 4" />,
  back: <path d="m10 3.5-4.5 4.5L10 12.5" />,
  model: <path d="M8 2.2 9.4 6.6 13.8 8 9.4 9.4 8 13.8 6.6 9.4 2.2 8l4.4-1.4Z" />,
  tool: (
    <path d="M9.8 6.2 13 3a3.4 3.4 0 0 1-4.4 4.6L4.3 12a1.3 1.3 0 0 1-1.9-1.9l4.3-4.3A3.4 3.4 0 0 1 11.3 1.4" />
  ),
  send: <path d="M2.5 8 13.5 2.8 10 13.2 7.6 8.9Zm5.1.9 5.9-6.1" />,
  eye: (
    <>
      <path d="M1.8 8S4 3.9 8 3.9 14.2 8 14.2 8 12 12.1 8 12.1 1.8 8 1.8 8Z" />
      <circle cx="8" cy="8" r="1.8" />
    </>
  ),
  pencil: <path d="M3 13h10M5 10.6 11.2 4.4 9.6 2.8 3.4 9 3 11Z" />,
  bolt: <path d="M9 1.8 3.6 9H8l-1 5.2L12.4 7H8Z" />,
  file: <path d="M4 2.5h5l3 3v8H4Zm5 0v3h3" />,
  link: (
    <path d="M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.6.6m1.2 2.5a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.6-.6" />
  ),
  repeat: <path d="M3 8a5 5 0 0 1 8.6-3.5L13 6m0-3.5V6H9.5M13 8a5 5 0 0 1-8.6 3.5L3 10m0 3.5V10h3.5" />,
  shield: <path d="M8 2 13 3.8v4c0 3-2.1 5-5 6.2-2.9-1.2-5-3.2-5-6.2v-4Z" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  globe: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M2.5 8h11M8 2.5c2 1.6 2.6 3.4 2.6 5.5S10 11.9 8 13.5C6 11.9 5.4 10.1 5.4 8S6 4.1 8 2.5Z" />
    </>
  ),
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof drawings;

interface IconProps {
  readonly name: IconName;
  readonly className?: string;
}

export function Icon({ name, className = "" }: IconProps) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      className={`inline-block shrink-0 ${className}`}
    >
      {drawings[name]}
    </svg>
  );
}

/** Five bars, as fingers are: the mark of Hands. */
export function Mark({ className = "" }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" className={`shrink-0 ${className}`}>
      <g fill="currentColor">
        <rect x="1.5" y="11" width="3" height="9" rx="1.5" />
        <rect x="6" y="5.5" width="3" height="14.5" rx="1.5" />
        <rect x="10.5" y="3" width="3" height="17" rx="1.5" />
        <rect x="15" y="4.5" width="3" height="15.5" rx="1.5" />
        <rect x="19.5" y="9" width="3" height="11" rx="1.5" />
      </g>
    </svg>
  );
}
