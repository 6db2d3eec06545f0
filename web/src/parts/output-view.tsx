import { lazy, Suspense, useMemo } from "react";
import type { Json } from "../api/types.ts";
import { JsonView } from "./json-view.tsx";
import { Skeleton } from "./notes.tsx";
import { SeenText } from "./seen-text.tsx";

const Markdown = lazy(() => import("./markdown.tsx"));

/** Markdown as a document; the parser comes when it is first needed. */
export function MarkdownView({ text }: { readonly text: string }) {
  return (
    <Suspense fallback={<Skeleton className="h-16 w-full" />}>
      <Markdown text={text} />
    </Suspense>
  );
}

interface OutputViewProps {
  readonly output: string;
  readonly format: "markdown" | "json" | "html";
}

/** What an execution made, by its format. */
export function OutputView({ output, format }: OutputViewProps) {
  switch (format) {
    case "markdown":
      return <MarkdownView text={output} />;
    case "json":
      return <JsonOutput output={output} />;
    case "html":
      return <HtmlOutput output={output} />;
  }
}

function JsonOutput({ output }: { readonly output: string }) {
  const parsed = useMemo(() => parse(output), [output]);
  if (parsed === undefined) return <Source text={output} />;
  return <JsonView value={parsed} label="Output" openLevels={3} />;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** In a frame that may do nothing: no script, no form, no origin, and by the page's policy no request to anywhere. */
function HtmlOutput({ output }: { readonly output: string }) {
  return (
    <div className="space-y-3">
      <iframe
        title="Output as a page, without scripts"
        sandbox=""
        srcDoc={output}
        className="h-96 w-full rounded-md border border-line bg-white"
      />
      <details>
        <summary className="text-ink-2">Source</summary>
        <Source text={output} />
      </details>
    </div>
  );
}

function Source({ text }: { readonly text: string }) {
  return (
    <pre className="overflow-x-auto font-mono text-small whitespace-pre-wrap">
      <SeenText text={text} />
    </pre>
  );
}
