import type { ApiError, JsonMembers } from "./types.ts";

/** An answer of the server that says no, or the lack of an answer. */
export class ApiFailure extends Error {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly code: string;
  /** What to do about it. */
  readonly hint: string | null;
  readonly details: JsonMembers;

  constructor(status: number, body: ApiError["error"]) {
    super(body.message);
    this.name = "ApiFailure";
    this.status = status;
    this.code = body.code;
    this.hint = body.hint;
    this.details = body.details ?? {};
  }

  static unreachable(): ApiFailure {
    return new ApiFailure(0, {
      code: "unreachable",
      message: "The server does not answer.",
      hint: "Is it running? Start it with `hands up`; this page goes on by itself as soon as it answers.",
    });
  }
}

/** What is thrown, as something that can be shown. */
export function toFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure(0, {
    code: "internal",
    message: error instanceof Error ? error.message : String(error),
    hint: "This is a defect of the dashboard. Load the page again; if it stays, report it.",
  });
}
