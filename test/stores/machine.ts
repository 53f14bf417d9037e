import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect } from "vitest";

/** Waits for a value; the machine may be busy with something else. */
export const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 30_000 });

/** A process that answers orders, one JSON line each: `[id, what, n]`, and `[id, result, error?]` back. */
export class Machine {
  readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve(value: any): void; reject(error: Error): void }>();
  private count = 0;

  constructor(file: string, ...args: readonly string[]) {
    this.child = spawn(process.execPath, [file, ...args], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      const [id, result, error] = JSON.parse(line) as [number, unknown, string | undefined];
      if (error === undefined) this.waiting.get(id)?.resolve(result);
      else this.waiting.get(id)?.reject(new Error(error));
    });
  }

  ask<T>(what: string, n?: number): Promise<T> {
    const id = ++this.count;
    this.child.stdin?.write(`${JSON.stringify([id, what, n])}\n`);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  call = (n: number) => this.ask<{ n: number; by: number }>("call", n);
}
