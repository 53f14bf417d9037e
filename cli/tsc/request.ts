import type ts from "typescript";
import type { TypeScript } from "../../transformer/types.ts";
import { type Configuration, readConfiguration } from "../tsconfig.ts";

/** What a command line of `tsc` asks for, as far as it matters to what happens afterwards. */
export interface Request {
  /** `tsc` only prints or deletes something: nothing comes out that could be cached. */
  isInformation: boolean;
  watches: boolean;
  builds: boolean;
  /** Whether the user decided on colours. */
  choosesColor: boolean;
  /** Reads the configurations anew, since watched ones change. */
  configurations(): Configuration[];
}

const INFORMATION = /^--?(?:init|help|h|\?|all|version|v|showConfig|listFilesOnly|clean|dry|d)$|^--(?:lsp|api)$/i;

export function readRequest(api: TypeScript, args: readonly string[], cwd: string): Request {
  const builds = /^--?(?:b|build)$/i.test(args[0] ?? "");
  const has = (pattern: RegExp) => args.some((arg) => pattern.test(arg));
  // `-d` means --dry behind -b and --declaration elsewhere, `-v` --verbose and --version.
  const isInformation = args.some(
    (arg) => INFORMATION.test(arg) && !(builds ? /^-v$/i.test(arg) : /^--?(?:d|clean|dry)$/i.test(arg)),
  );
  return {
    isInformation,
    builds,
    watches: has(/^--?(?:w|watch)$/i),
    choosesColor: has(/^--pretty$/i),
    configurations: () => (builds ? builtProjects(api, args.slice(1), cwd) : [oneProject(api, args, cwd)]),
  };
}

/** `tsc -b app lib --verbose`: flags of this mode take no values but `true`, `false` and --locale's. */
function builtProjects(api: TypeScript, args: readonly string[], cwd: string): Configuration[] {
  const isValue = (arg: string, index: number) =>
    /^(?:true|false)$/i.test(arg) || /^--locale$/i.test(args[index - 1] ?? "");
  const projects = args.filter((arg, index) => !arg.startsWith("-") && !isValue(arg, index));
  const overrides = knownOptions(
    api.parseCommandLine(
      args.filter((arg) => arg.startsWith("-")),
      () => undefined,
    ),
  );
  return (projects.length > 0 ? projects : ["."]).map((path) => readConfiguration(api, cwd, path, overrides));
}

function oneProject(api: TypeScript, args: readonly string[], cwd: string): Configuration {
  const parsed = api.parseCommandLine([...args], (path) => api.sys.readFile(api.sys.resolvePath(`${cwd}/${path}`)));
  const options = knownOptions(parsed);
  const absolute = (path: string) => (path.startsWith("/") || /^[a-z]:/i.test(path) ? path : `${cwd}/${path}`);
  for (const name of ["outDir", "rootDir", "tsBuildInfoFile"] as const) {
    const path = options[name];
    if (typeof path === "string") options[name] = api.sys.resolvePath(absolute(path));
  }
  if (parsed.fileNames.length === 0) return readConfiguration(api, cwd, parsed.options.project, options);
  const files = parsed.fileNames.map((file) => api.sys.resolvePath(absolute(file)));
  return { root: cwd, groups: [{ options, files, components: [], root: cwd }], outDirs: [] };
}

/** What the other TypeScript's command line doesn't know can't matter to resolution or to where output goes. */
function knownOptions({ options }: ts.ParsedCommandLine): ts.CompilerOptions {
  const { project: _, watch: __, build: ___, help: ____, ...rest } = options;
  return rest;
}
