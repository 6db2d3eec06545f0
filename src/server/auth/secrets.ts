import { timingSafeEqual } from "node:crypto";
import type { Random } from "../../core/index.ts";
import { sha256 } from "../../core/index.ts";

/** A new secret: a prefix that says what it is, and 256 random bits. */
export function createSecret(random: Random, prefix: string): string {
  return `${prefix}_${Buffer.from(random.bytes(32)).toString("base64url")}`;
}

/** What is stored of a secret. It has 256 random bits, so a plain hash cannot be searched backwards. */
export function hashSecret(secret: string): string {
  return sha256(`hands:secret:${secret}`);
}

/** The token that a session's pages send with every change; a page of another origin cannot read it. */
export function deriveCsrfToken(sessionSecret: string): string {
  return sha256(`hands:csrf:${sessionSecret}`);
}

/** Compares without telling by its time how much was right. */
export function isSameSecret(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
