import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { BenchCase } from "../harness/types.ts";
import { NotRunHere } from "../harness/types.ts";

const FOLDER = path.join(import.meta.dirname, "..", "..", "web", "dist");

/** What a browser has to fetch before the dashboard is there. */
export const dashboard: BenchCase = {
  name: "dashboard",
  title: "The dashboard's size",
  list: () => [
    {
      id: "size",
      title: "all files of the dashboard",
      rounds: 1,
      warmups: 0,
      metrics: {
        gzip: { title: "compressed with gzip", unit: "kB", better: "lower" },
        brotli: { title: "compressed with brotli", unit: "kB", better: "lower" },
        plain: { title: "not compressed", unit: "kB", better: "lower" },
      },
      contenders: [
        {
          id: "hands",
          title: "hands",
          role: "ours",
          open: async () => ({ measure: async () => measureSize() }),
        },
      ],
      targets: [{ metric: "gzip", atMost: 200 }],
    },
  ],
};

function measureSize(): { gzip: number; brotli: number; plain: number } {
  const files = listFiles().map((file) => readFileSync(file));
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0) / 1000;
  return {
    gzip: sum(files.map((file) => gzipSync(file).length)),
    brotli: sum(files.map((file) => brotliCompressSync(file).length)),
    plain: sum(files.map((file) => file.length)),
  };
}

function listFiles(): readonly string[] {
  try {
    return readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".map"))
      .map((entry) => path.join(entry.parentPath, entry.name));
  } catch {
    throw new NotRunHere("web/dist is missing: run `npm run build` first");
  }
}
