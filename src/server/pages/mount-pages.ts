import { existsSync } from "node:fs";
import { serveStatic } from "@hono/node-server/serve-static";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { renderPage } from "./plain-page.ts";

/** Files whose names change with their content may be kept. */
const HASHED = /\/assets\//;

/** Adds the dashboard's files; every address that is no file and no part of the API is a page of it. Without a dashboard `/` says where the API is. */
export function mountPages(app: OpenAPIHono, webDir: string | null): void {
  if (webDir === null || !existsSync(webDir)) {
    app.get("/", (request) => request.html(renderPage("hands is running", PARAGRAPHS)));
    return;
  }
  app.use(
    "*",
    serveStatic({
      root: webDir,
      onFound: (path, request) => {
        request.header(
          "cache-control",
          HASHED.test(path.replaceAll("\\", "/")) ? "public, max-age=31536000, immutable" : "no-cache",
        );
      },
    }),
  );
  app.get("*", async (request, next) => {
    const { path } = request.req;
    if (/^\/(api|hooks|channels|decide|mcp|assets)(\/|$)/.test(path) || path.includes("."))
      return await next();
    const page = serveStatic({ root: webDir, path: "index.html" });
    request.header("cache-control", "no-cache");
    return await page(request, next);
  });
}

const PARAGRAPHS = [
  "The dashboard is not part of this installation.",
  'The API is described by <a href="/openapi.json">/openapi.json</a>; what it offers is under <code>/api</code>.',
  "Programs use it with a token: <code>hands token create NAME --scope read</code>.",
  "At a terminal, <code>hands --help</code> shows the same things as commands.",
];
