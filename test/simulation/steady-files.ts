import fs from "node:fs";
import path from "node:path";

/** What is done with the files of a folder, in place of the disk. */
export interface SteadyDisk {
  open(file: string): Promise<SteadyFile>;
  rename(from: string, to: string): Promise<void>;
}

/** A file that is being written. */
interface SteadyFile {
  writeFile(content: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

const disks = new Map<string, SteadyDisk>();

/** Files of this folder are opened and renamed by the disk from now on. Gives what ends that. */
export function mountDisk(folder: string, disk: SteadyDisk): () => void {
  disks.set(folder, disk);
  return () => disks.delete(folder);
}

function findDisk(file: fs.PathLike): SteadyDisk | undefined {
  return disks.get(path.dirname(String(file)));
}

/** The functions of `node:fs/promises` that the parts use, without the thread pool, whose order is nobody's. */
export const steadyFiles = {
  access: async (path: fs.PathLike, mode?: number) => fs.accessSync(path, mode),
  lstat: async (path: fs.PathLike, options?: fs.StatOptions) => fs.lstatSync(path, options),
  mkdir: async (path: fs.PathLike, options?: fs.MakeDirectoryOptions) => fs.mkdirSync(path, options),
  readFile: async (path: fs.PathLike, encoding?: BufferEncoding) => fs.readFileSync(path, { encoding }),
  readdir: async (path: fs.PathLike, options: { withFileTypes: true }) => fs.readdirSync(path, options),
  realpath: async (path: fs.PathLike) => fs.realpathSync(path),
  open: async (file: string) => {
    const disk = findDisk(file);
    if (disk === undefined) throw new Error(`nobody is there to open ${file}`);
    return await disk.open(file);
  },
  rename: async (from: fs.PathLike, to: fs.PathLike) => {
    const disk = findDisk(from);
    if (disk === undefined) fs.renameSync(from, to);
    else await disk.rename(String(from), String(to));
  },
  rm: async (path: fs.PathLike, options?: fs.RmOptions) => fs.rmSync(path, options),
  stat: async (path: fs.PathLike, options?: fs.StatOptions) => fs.statSync(path, options),
  writeFile: async (path: string, data: string | Buffer, options?: fs.WriteFileOptions) =>
    fs.writeFileSync(path, data, options),
};

/** A watcher that tells of nothing: edits are seen by the regular look, at an instant that the clock decides. */
export function watchNothing() {
  return { close() {}, on() {} };
}
