import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { checkOut } from "../git.ts";
import { Project } from "../project.ts";

/** What the newest commit has. */
export interface Head {
  /** Its full name. */
  commit: string;
  /** Code hashes by function id. */
  hashes: ReadonlyMap<string, string>;
}

/** Takes as long as `cachet diff` does. */
export function readHead(directory: string): Head {
  const checkout = checkOut(directory, "HEAD");
  try {
    const project = new Project(checkout.cwd, undefined, checkout.overlay);
    const { functions } = project.find(project.files);
    return { commit: checkout.commit, hashes: new Map(functions.map(({ id, hash }) => [id, hash])) };
  } finally {
    checkout.remove();
  }
}

/** The same in a thread of its own; `undefined` where there is no commit or its sources can't be read. */
export function readHeadAside(directory: string): Promise<Head | undefined> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./head-worker.js", import.meta.url), { workerData: directory });
    worker.once("message", resolve);
    // Nobody asked for it: there is just less to show.
    worker.once("error", () => resolve(undefined));
    worker.unref();
  });
}

/** The newest commit's full name; `undefined` outside of a repository. */
export async function headCommit(directory: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("git", ["rev-parse", "HEAD"], { cwd: directory });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
