import fs from "node:fs";

/** The functions of `node:fs/promises` that the parts use, without the thread pool, whose order is nobody's. */
export const steadyFiles = {
  access: async (path: fs.PathLike, mode?: number) => fs.accessSync(path, mode),
  lstat: async (path: fs.PathLike, options?: fs.StatOptions) => fs.lstatSync(path, options),
  mkdir: async (path: fs.PathLike, options?: fs.MakeDirectoryOptions) => fs.mkdirSync(path, options),
  readFile: async (path: fs.PathLike, encoding?: BufferEncoding) => fs.readFileSync(path, { encoding }),
  readdir: async (path: fs.PathLike, options: { withFileTypes: true }) => fs.readdirSync(path, options),
  realpath: async (path: fs.PathLike) => fs.realpathSync(path),
  rename: async (from: fs.PathLike, to: fs.PathLike) => fs.renameSync(from, to),
  rm: async (path: fs.PathLike, options?: fs.RmOptions) => fs.rmSync(path, options),
  stat: async (path: fs.PathLike, options?: fs.StatOptions) => fs.statSync(path, options),
  writeFile: async (path: string, data: string | Buffer, options?: fs.WriteFileOptions) =>
    fs.writeFileSync(path, data, options),
};

/** A watcher that tells of nothing: edits are seen by the regular look, at an instant that the clock decides. */
export function watchNothing() {
  return { close() {}, on() {} };
}
