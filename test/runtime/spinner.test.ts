import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { configure, type SpinnerInfo, warm } from "../../runtime/index.ts";
import { transform } from "../../transformer/index.ts";
import { data, dataAsync } from "./emitted.ts";

const shown: string[] = [];
const spinner = {
  show(info: SpinnerInfo) {
    shown.push(`show ${info.text}`);
    return { update: (text: string) => shown.push(`update ${text}`), hide: () => shown.push("hide") };
  },
};
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe("the spinner", () => {
  beforeEach(() => {
    shown.length = 0;
    vi.useFakeTimers();
    configure({ spinner });
  });
  afterEach(() => {
    vi.useRealTimers();
    configure({ spinner: false });
  });
  const elapse = async (ms: number, call: Promise<unknown>) => {
    await vi.advanceTimersByTimeAsync(ms);
    await call;
  };

  it("shows a miss that lasts, with the name and whether there are arguments, and goes [B256][B258][B262]", async () => {
    const f = dataAsync(async (x: number) => later(1000).then(() => x), { name: "load", parts: ["x"] });
    const g = dataAsync(async () => later(1000), { name: "now" });
    await elapse(1000, f(1));
    await elapse(1000, g());
    expect(shown).toEqual(["show Running load(...)", "hide", "show Running now()", "hide"]);
  });

  it("shows nothing for a short miss or a hit [B261][B263]", async () => {
    const f = dataAsync(async () => later(199));
    await elapse(199, f());
    await elapse(1000, f());
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown).toEqual([]);
  });

  it("shows nothing where it is switched off [B257]", async () => {
    await elapse(1000, dataAsync(async () => later(1000), { showSpinner: false })());
    configure({ spinner: false });
    await elapse(1000, dataAsync(async () => later(1000))());
    expect(shown).toEqual([]);
  });

  it("shows the given text, trimmed and without margin; an empty one means the default [B259][B260][B265]", async () => {
    await elapse(1000, dataAsync(async () => later(1000), { showSpinner: "  Fetching  " })());
    await elapse(1000, dataAsync(async () => later(1000), { showSpinner: "\n    One\n      Two\n  " })());
    await elapse(1000, dataAsync(async () => later(1000), { name: "f", showSpinner: "" })());
    expect(shown.filter((s) => s.startsWith("show"))).toEqual(["show Fetching", "show One\n  Two", "show Running f()"]);
  });

  it("shows the outermost of nested functions only [B263]", async () => {
    const inner = dataAsync(async () => later(1000), { name: "inner" });
    const outer = dataAsync(
      async () => {
        await later(10);
        await inner();
      },
      { name: "outer" },
    );
    await elapse(2000, outer());
    expect(shown).toEqual(["show Running outer()", "hide"]);
  });

  it("is one line for calls at once, which tells how many are done", async () => {
    const f = dataAsync(async (ms: number) => later(ms), { name: "load" });
    const g = dataAsync(async () => later(700), { name: "other" });
    await elapse(2000, Promise.all([f(400), f(600), f(1000), g()]));
    expect([...new Set(shown)]).toEqual([
      "show Running load(...)",
      "show Running other()",
      "update Running load(...) 0 of 3",
      "update Running load(...) 1 of 3",
      "update Running load(...) 2 of 3",
      "hide",
    ]);
    expect(shown.filter((text) => text === "hide")).toHaveLength(2);
    shown.length = 0;
    await elapse(2000, f(300));
    expect(shown).toEqual(["show Running load(...)", "hide"]);
  });

  it("tells how far warm() has come, and of those that failed", async () => {
    const f = dataAsync(
      async (n: number) => {
        await later(250);
        if (n === 2) throw new Error("no");
      },
      { name: "load", showSpinner: "Loading" },
    );
    const calls = [1, 2, 3, 4].map((n) => [n] as [number]);
    await elapse(2000, warm(f, calls, { concurrency: 1 }));
    expect([...new Set(shown)]).toEqual([
      "show Loading 0 of 4",
      "update Loading 1 of 4",
      "update Loading 2 of 4, 1 failed",
      "update Loading 3 of 4, 1 failed",
      "hide",
    ]);
    expect(shown.filter((text) => /show|hide/.test(text))).toHaveLength(2);
    shown.length = 0;
    await elapse(
      2000,
      warm(
        f,
        (function* () {
          yield [5] as [number];
          yield [6] as [number];
        })(),
        { concurrency: 1 },
      ),
    );
    expect([...new Set(shown)]).toEqual(["show Loading 0 done", "update Loading 1 done", "hide"]);
    shown.length = 0;
    await elapse(2000, warm(f, [[5], [6]]));
    expect(shown).toEqual([]);
  });

  it("tells nothing of warm() within a cached function, nor where it is switched off", async () => {
    const inner = dataAsync(async (_n: number) => later(1000), { name: "inner", parts: ["n"] });
    const outer = dataAsync(async () => void (await warm(inner, [[1], [2]])), { name: "outer" });
    await elapse(3000, outer());
    expect(shown).toEqual(["show Running outer()", "hide"]);
    shown.length = 0;
    await elapse(
      3000,
      warm(
        dataAsync(async (_n: number) => later(500), { showSpinner: false }),
        [[1], [2]],
      ),
    );
    expect(shown).toEqual([]);
  });

  it("goes when the body throws [B262]", async () => {
    const f = dataAsync(async () => {
      await later(1000);
      throw new Error("no");
    });
    const call = expect(f()).rejects.toThrow("no");
    await vi.advanceTimersByTimeAsync(1000);
    await call;
    expect(shown.at(-1)).toBe("hide");
  });

  it("counts seconds with one decimal where asked [B264]", async () => {
    await elapse(500, dataAsync(async () => later(450), { showSpinner: "Wait", showTime: true })());
    expect(shown).toEqual(["show Wait 0.2s", "update Wait 0.3s", "update Wait 0.4s", "hide"]);
  });

  it("of a synchronous function shows at once where the mark asks for it or the last run was long", () => {
    let now = 0;
    configure({ clock: { now: () => now } });
    const f = data(
      (x: number) => {
        now += 300;
        return x;
      },
      { name: "slow", parts: ["x"] },
    );
    f(1);
    expect(shown).toEqual([]);
    f(2);
    expect(shown).toEqual(["show Running slow(...)", "hide"]);
    shown.length = 0;
    expect(
      data(
        () => {
          throw new Error("no");
        },
        { showSpinner: "Reading" },
      ),
    ).toThrow("no");
    expect(shown).toEqual(["show Reading", "hide"]);
    configure({ clock: { now: () => performance.now() } });
  });

  it("that fails disturbs nobody", async () => {
    const warnings: string[] = [];
    configure({
      onWarning: (m) => warnings.push(m),
      spinner: {
        show() {
          throw new Error("broken");
        },
      },
    });
    const f = dataAsync(async () => later(1000).then(() => 1));
    const call = f();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await call).toBe(1);
    expect(warnings).toHaveLength(1);
  });
});

describe("in a terminal", () => {
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "cachet-spinner-"));
    const source = `
/** @cacheData */
async function load(ms) { await new Promise((r) => setTimeout(r, ms)); return ms; }
/** @cacheData({ showSpinner: "Reading" }) */
function spin() { const end = Date.now() + 50; while (Date.now() < end); return 1; }
await load(20); await load(700); await load(700);
spin();
process.stdout.write("done\\n");`;
    const fileName = join(folder, "entry.ts");
    const { code, diagnostics } = transform(source, { fileName, root: folder });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    writeFileSync(fileName, code);
    await build({
      entryPoints: [fileName],
      outdir: folder,
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      outExtension: { ".js": ".mjs" },
      logLevel: "error",
      alias: {
        "cachet/internal": join(import.meta.dirname, "../../runtime/internal.ts"),
        "#environment": join(import.meta.dirname, "../../runtime/environment.node.ts"),
        "#platform": join(import.meta.dirname, "../../runtime/platform/node.ts"),
      },
      nodePaths: [join(import.meta.dirname, "../../node_modules")],
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const env = (more: object) => ({ PATH: process.env["PATH"], HOME: process.env["HOME"], TERM: "xterm", ...more });

  it("a line appears on standard error and goes; quick calls and hits show nothing [B261][B263]", () => {
    const run = spawnSync("script", ["-qec", `${process.execPath} ${join(folder, "entry.mjs")}`, "/dev/null"], {
      encoding: "utf8",
      env: env({}),
    });
    expect(run.stdout).toContain("Running load(...)");
    expect(run.stdout).toContain("Reading");
    const visible = run.stdout.slice(run.stdout.lastIndexOf("Reading"));
    expect(visible.indexOf("\u001b[K")).toBeGreaterThan(0);
    expect(visible.indexOf("\u001b[K")).toBeLessThan(visible.indexOf("done"));
    expect(run.stdout.indexOf("Running load(...)")).toBe(run.stdout.search(/Running load/));
  });

  it("nothing is written where no person watches: a pipe, or CI [B266]", () => {
    const piped = spawnSync(process.execPath, [join(folder, "entry.mjs")], { encoding: "utf8", env: env({}) });
    expect([piped.stdout, piped.stderr]).toEqual(["done\n", ""]);
    const ci = spawnSync("script", ["-qec", `${process.execPath} ${join(folder, "entry.mjs")}`, "/dev/null"], {
      encoding: "utf8",
      env: env({ CI: "true" }),
    });
    expect(ci.stdout.trim()).toBe("done");
  });
});

describe("in a page", () => {
  it("a small element appears, is announced politely, and goes", async () => {
    const { pageSpinner } = await import("../../runtime/spinner/spinner.browser.ts");
    const body: any[] = [];
    const made = {
      attributes: {} as Record<string, string>,
      style: {} as any,
      textContent: "",
      setAttribute(k: string, v: string) {
        this.attributes[k] = v;
      },
      remove() {
        body.splice(0);
      },
    };
    vi.stubGlobal("document", { createElement: () => made, body: { append: (e: any) => body.push(e) } });
    const handle = pageSpinner.show({ name: "f", hasArgs: false, text: "Running f()" });
    expect(body).toEqual([made]);
    expect(made.attributes).toMatchObject({ role: "status", "aria-live": "polite" });
    expect(made.textContent).toBe("Running f()");
    expect(made.style.cssText).toContain("pointer-events:none");
    handle.update("Running f() 1.0s");
    expect(made.textContent).toBe("Running f() 1.0s");
    handle.hide();
    expect(body).toEqual([]);
    vi.unstubAllGlobals();
  });
});
