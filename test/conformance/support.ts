import { type Clock, configure } from "cachet";
import { transform } from "../../transformer/index.ts";

/** A clock that moves only when told, in force from now on. Undo with `realClock`. */
export function useHandClock(): { advance(seconds: number): void; wallJump(seconds: number): void } {
  let ms = 0;
  let jump = 0;
  const clock: Clock = { now: () => ms, wall: () => 1_800_000_000_000 + ms + jump };
  configure({ clock });
  return {
    advance: (seconds) => {
      ms += seconds * 1000;
    },
    wallJump: (seconds) => {
      jump += seconds * 1000;
    },
  };
}

export function useRealClock(): void {
  configure({ clock: { now: () => performance.now(), wall: () => Date.now() } });
}

/** What a build says about a source: every diagnostic as `code message fix`. */
export function diagnose(source: string): string[] {
  const { diagnostics } = transform(source, { fileName: "/project/src/a.ts", root: "/project" });
  return diagnostics.map(({ code, message, fix }) => `${code} ${message} ${fix}`);
}

/** What a build says about one option in a mark of data (or of another kind). */
export function diagnoseOption(option: string, tag = "@cacheData"): string[] {
  return diagnose(`/** ${tag}({ ${option} }) */\nexport function load(x: number) { return x; }\n`);
}

/** The id and code hash of the only marked function of a source. */
export function identify(source: string, fileName = "/project/src/a.ts", root = "/project") {
  const { functions, diagnostics } = transform(source, { fileName, root });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0 || functions.length !== 1) throw new Error(JSON.stringify(diagnostics));
  return functions[0]!;
}
