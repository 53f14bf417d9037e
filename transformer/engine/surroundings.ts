import { dirname, join } from "node:path";
import { toPosix } from "../syntax/paths.ts";
import { EXTENSIONS, INSTALLED } from "./file-filter.ts";
import type { SyncToolHost } from "./host.ts";
import { type Glance, type GraphModule, glanceAt, modulesAround } from "./modules-around.ts";
import { readOrUndefined } from "./resolve-file.ts";

/** `from "./a"`, `import "./a"`, `import("./a")`, `require("./a")`. */
const IMPORT = /\b(?:from|import|require)\b\s*\(?\s*(?:\/\*[\s\S]*?\*\/\s*)*(["'`])([^"'`\n]+)\1/g;

const SCRIPT_END = new RegExp(`(?:/index)?(?:\\.(?:${EXTENSIONS.join("|")}))?$`);

/** A module that was met, as its text shows it. */
interface Seen extends Glance {
  specifiers: readonly string[];
}

/** The modules that a tool has met, with what they import: as the tool tells, or as their texts do. */
export class Surroundings {
  readonly #seen = new Map<string, Seen | undefined>();
  /** Where imports that are no paths lead, by folder; what is installed leads there from everywhere. */
  readonly #leads = new Map<string, string | undefined>();

  /** A module was met, with whatever text it has by now. */
  meet(file: string): void {
    this.#seen.set(file, undefined);
  }

  /** Looks at the texts of the modules that were met, one at a time. */
  *glances(): Generator<void> {
    for (const [file, seen] of this.#seen) {
      if (seen) continue;
      this.#see(file);
      yield;
    }
  }

  /** The modules that may change something in the given files. */
  around(
    changeable: ReadonlySet<string> | undefined,
    accepts: (file: string) => boolean,
    known: () => readonly GraphModule[],
  ): string[] {
    return changeable
      ? modulesAround(changeable, known(), accepts, (file) => this.#seen.get(file) ?? this.#see(file))
      : [];
  }

  /** What the texts say of imports. */
  graph({ resolve }: Pick<SyncToolHost, "resolve">): GraphModule[] {
    const byPath = new Map([...this.#seen.keys()].map((file) => [file.replace(SCRIPT_END, ""), file]));
    const leadsTo = (specifier: string, folder: string): string => {
      if (/^\.\.?(?:\/|$)/.test(specifier)) {
        const path = toPosix(join(folder, specifier));
        return byPath.get(path.replace(SCRIPT_END, "")) ?? path;
      }
      const known = this.#leads.get(specifier) ?? this.#leads.get(`${folder} ${specifier}`);
      if (known !== undefined) return known;
      const found = resolve(specifier, join(folder, "importer.ts")) ?? specifier;
      const isEverywhere = INSTALLED.test(found) && !specifier.startsWith("#");
      this.#leads.set(isEverywhere ? specifier : `${folder} ${specifier}`, found);
      return found;
    };
    return [...this.#seen].map(([id, seen]) => {
      const folder = dirname(id);
      return { id, imports: (seen ?? this.#see(id)).specifiers.map((specifier) => leadsTo(specifier, folder)) };
    });
  }

  #see(file: string): Seen {
    const text = readOrUndefined(file)?.toString() ?? "";
    const specifiers = [...text.matchAll(IMPORT)].map(([, , specifier]) => specifier as string);
    const seen = { ...glanceAt(text), specifiers };
    this.#seen.set(file, seen);
    return seen;
  }
}
