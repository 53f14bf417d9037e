import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { isHandedOn } from "./handed-on.ts";
import { formatsByMachine, INTL_FACTS, mayBeEmpty, takesLocale } from "./locale-reads.ts";
import { patternKeys } from "./members-taken.ts";
import type { Ambience, AmbientRead } from "./model.ts";
import { isOfPath, memberName, type NamePath, pathOf, pathTo } from "./name-path.ts";
import { isCompleting, readsWorkingDirectory } from "./working-directory.ts";

const words = (list: string) => new Set(list.split(" "));

/** Members of globals; all of them where none is named. */
const GLOBALS: Readonly<
  Record<string, { ambience: Ambience; members?: ReadonlySet<string>; but?: ReadonlySet<string> }[]>
> = {
  performance: [
    {
      ambience: "clock",
      members: words(
        "now timeOrigin timing navigation memory toJSON getEntries getEntriesByName getEntriesByType eventLoopUtilization nodeTiming",
      ),
    },
  ],
  Math: [{ ambience: "chance", members: words("random") }],
  crypto: [{ ambience: "chance", members: words("randomUUID getRandomValues") }],
  process: [
    { ambience: "clock", members: words("hrtime uptime") },
    {
      ambience: "process",
      members: words(
        "argv argv0 execArgv execPath cwd pid ppid title stdin memoryUsage cpuUsage resourceUsage getuid geteuid getgid getegid getgroups umask report availableMemory constrainedMemory getActiveResourcesInfo connected channel exitCode",
      ),
    },
  ],
  require: [{ ambience: "process", members: words("cache") }],
  module: [{ ambience: "process", members: words("children") }],
  Deno: [
    { ambience: "process", members: words("args cwd env pid ppid hostname stdin") },
    {
      ambience: "file",
      members: words(
        "readFile readFileSync readTextFile readTextFileSync readDir readDirSync readLink readLinkSync realPath realPathSync stat statSync lstat lstatSync open openSync",
      ),
    },
  ],
  Bun: [
    { ambience: "process", members: words("argv env stdin main") },
    { ambience: "file", members: words("file") },
  ],
  localStorage: [{ ambience: "storage" }],
  sessionStorage: [{ ambience: "storage" }],
  indexedDB: [{ ambience: "storage" }],
  caches: [{ ambience: "storage" }],
  cookieStore: [{ ambience: "storage" }],
  location: [{ ambience: "page" }],
  history: [{ ambience: "page", members: words("state length scrollRestoration") }],
  screen: [{ ambience: "page" }],
  visualViewport: [{ ambience: "page" }],
  matchMedia: [{ ambience: "page" }],
  document: [
    {
      ambience: "page",
      but: words(
        "createElement createElementNS createTextNode createDocumentFragment createComment createRange createEvent createTreeWalker implementation addEventListener removeEventListener importNode adoptNode",
      ),
    },
  ],
  navigator: [{ ambience: "page", but: words("sendBeacon locks") }],
  innerWidth: [{ ambience: "page" }],
  innerHeight: [{ ambience: "page" }],
  outerWidth: [{ ambience: "page" }],
  outerHeight: [{ ambience: "page" }],
  devicePixelRatio: [{ ambience: "page" }],
  scrollX: [{ ambience: "page" }],
  scrollY: [{ ambience: "page" }],
  pageXOffset: [{ ambience: "page" }],
  pageYOffset: [{ ambience: "page" }],
};

const FILES =
  /^(?:readFile|readdir|readlink|realpath|stat|lstat|statfs|exists|access|opendir|open|openAsBlob|readv?|createReadStream|watch|watchFile|glob)(?:Sync)?$/;

const REQUEST_HOOKS =
  /^(?:use(?:Request\w*|Cookie|Route|Router|Nuxt\w*|Event|Session|Headers|SearchParams|PathName|Pathname|Params|SelectedLayoutSegments?)|get(?:Request\w*|Web\w*|Cookies?|Headers?|Event|Session|Context|HeaderS?|ServerSession)|cookies|headers|draftMode|connection|auth|currentUser|parseCookies|getContext|tryGetContext)$/;

/** Functions of modules, by the module's name. */
const MODULES: readonly { module: RegExp; members: RegExp; ambience: Ambience }[] = [
  { module: /^crypto$/, members: /^(?:random\w+|getRandomValues|generate\w*Key\w*)$/, ambience: "chance" },
  {
    module: /^(?:uuid|nanoid|cuid|ulid|@paralleldrive\/cuid2)$/,
    members: /^(?:v[1467]|nanoid|customAlphabet|cuid|ulid|createId)$/,
    ambience: "chance",
  },
  {
    module: /^os$/,
    members:
      /^(?:hostname|cpus|userInfo|homedir|tmpdir|networkInterfaces|freemem|totalmem|loadavg|uptime|availableParallelism|release|version|machine)$/,
    ambience: "machine",
  },
  { module: /^util$/, members: /^parseArgs$/, ambience: "process" },
  { module: /^module$/, members: /^_\w*cache$/i, ambience: "process" },
  { module: /^v8$/, members: /^(?:get\w*Statistics|\w*Heap\w*)$/, ambience: "process" },
  {
    module: /^worker_threads$/,
    members: /^(?:workerData|threadId|parentPort|resourceLimits|getEnvironmentData|receiveMessageOnPort|isMainThread)$/,
    ambience: "process",
  },
  { module: /^bun$/, members: /^(?:argv|env|stdin|main)$/, ambience: "process" },
  { module: /^bun$/, members: /^file$/, ambience: "file" },
  // Environments whose values only the running server knows.
  { module: /^(?:\$env\/dynamic\/(?:private|public)|cloudflare:workers)$/, members: /^env$/, ambience: "process" },
  { module: /^astro:env\/(?:server|client)$/, members: /^/, ambience: "process" },
  { module: /^(?:fs|fs\/promises|fs-extra|graceful-fs)$/, members: FILES, ambience: "file" },
  { module: /^next\/headers(?:\.js)?$/, members: /^/, ambience: "request" },
  {
    module:
      /^(?:next\/(?:navigation|server|router)(?:\.js)?|\$app\/(?:server|state|stores|navigation)|nuxt\/app|#app|#imports|h3|nitro\/?.*|nitropack\/runtime|vinxi\/http|@tanstack\/[\w-]*start[\w/-]*|solid-js\/web|@solidjs\/(?:start|router)|react-router|hono\/context-storage|next-auth(?:\/.*)?|@clerk\/.*|nookies|cookies-next)$/,
    members: REQUEST_HOOKS,
    ambience: "request",
  },
  { module: /^\$app\/(?:state|stores)$/, members: /^(?:page|navigating|updated)$/, ambience: "request" },
];

/**
 * What a path reads from outside, if it is known to, or may be made to read by whoever it is handed on to. `outer` is
 * the node that spells the whole path.
 */
export function ambienceOf(
  api: SyntaxApi,
  scopes: Scopes,
  path: NamePath,
  outer: ts.Node,
): (Pick<AmbientRead, "isHandedOn" | "unless"> & { ambience: Ambience }) | undefined {
  if (isOfPath(path, "relative") || isCompleting(path)) {
    const read = readsWorkingDirectory(api, scopes, path, outer);
    if (read) return { ambience: "process", ...read };
  }
  const read = readBy(api, scopes, path, outer) ?? readByPattern(api, scopes, path, outer);
  if (read) return { ambience: read };
  const ambience = reachableFrom(path);
  return ambience && isHandedOn(api, scopes, outer) ? { ambience, isHandedOn: true } : undefined;
}

function readBy(api: SyntaxApi, scopes: Scopes, path: NamePath, outer: ts.Node): Ambience | undefined {
  const { root, names } = path;
  const [first] = names;
  if (root === "Date") return isClock(api, scopes, names, outer) ? "clock" : undefined;
  if (root === "Temporal") return first === "Now" ? "clock" : undefined;
  if (root === "Intl") return formatsByMachine(api, scopes, first, outer) ? "locale" : undefined;
  if (root.startsWith("import:")) return ofModule(root.slice("import:".length), names);
  for (const { ambience, members, but } of GLOBALS[root] ?? []) {
    if (members ? first !== undefined && members.has(first) : !(first !== undefined && but?.has(first)))
      return ambience;
  }
  return undefined;
}

function ofModule(module: string, names: readonly string[]): Ambience | undefined {
  const [first = "", second] = names;
  if (module === "perf_hooks") return first === "performance" && second === "now" ? "clock" : undefined;
  // `import { promises as fs } from "fs"`, `import { webcrypto } from "crypto"`
  const isNested = (first === "promises" || first === "webcrypto") && second !== undefined;
  const name = isNested ? second : first;
  if (name === "") return undefined;
  return MODULES.find((rule) => rule.module.test(module) && rule.members.test(name))?.ambience;
}

/** `export const { random } = Math`: what others read of it by a name that this file gives. */
function readByPattern(api: SyntaxApi, scopes: Scopes, path: NamePath, { parent }: ts.Node): Ambience | undefined {
  if (!api.isVariableDeclaration(parent) || !api.isObjectBindingPattern(parent.name)) return undefined;
  for (const key of patternKeys(api, parent.name) ?? []) {
    const read = readBy(api, scopes, pathTo(path, [key]), parent);
    if (read) return read;
  }
  return undefined;
}

/** What a value may be made to read by who has it: the clock by `Date`, chance by `Math`, files by `node:fs`. */
export function reachableFrom(path: NamePath): Ambience | undefined {
  const { root, names } = path;
  if (isCompleting(path)) return "process";
  if (root === "Intl") return names[0] === undefined || !INTL_FACTS.has(names[0]) ? "locale" : undefined;
  if (root.startsWith("import:")) {
    const isWhole =
      names.length === 0 || (names.length === 1 && /^(?:promises|webcrypto|performance)$/.test(names[0] ?? ""));
    return isWhole ? ofWholeModule(root.slice("import:".length), names[0]) : undefined;
  }
  // Who has `require` may load code, which counts for more.
  if (names.length > 0 || root === "require") return undefined;
  return root === "Date" || root === "Temporal" ? "clock" : GLOBALS[root]?.[0]?.ambience;
}

function ofWholeModule(module: string, member: string | undefined): Ambience | undefined {
  if (module === "perf_hooks") return "clock";
  if (/^path(?:\/posix|\/win32)?$/.test(module)) return "process";
  if (member === "performance") return undefined;
  return MODULES.find((rule) => rule.module.test(module))?.ambience;
}

/** `Date()`, `new Date()`, `Date.now`; `new Date(0)`, `Date.UTC(…)` and `Date` itself read no clock. */
function isClock(api: SyntaxApi, scopes: Scopes, names: readonly string[], outer: ts.Node): boolean {
  if (names.length === 1 ? READING_CLOCK.has(names[0] as string) : names.at(-1) === "constructor") return true;
  if (names.length > 0) return names[0] === "now";
  const { parent } = outer;
  if (api.isNewExpression(parent) && parent.expression === outer) return mayBeEmpty(api, parent.arguments ?? []);
  if (!api.isCallExpression(parent)) return false;
  if (parent.expression === outer)
    return outer.kind !== api.SyntaxKind.SuperKeyword || mayBeEmpty(api, parent.arguments);
  const callee = pathOf(api, scopes, parent.expression);
  if (parent.arguments[0] !== outer || callee?.root !== "Reflect" || callee.names[0] !== "construct") return false;
  const list = parent.arguments[1] && skipWrappers(api, parent.arguments[1]);
  return !list || !api.isArrayLiteralExpression(list) || mayBeEmpty(api, list.elements);
}

/** Members of `Date` that read the clock, or that call it with whatever they are given. */
const READING_CLOCK = words("now call apply bind");

/** Reads that are told by a method's name, whatever it is called on. */
export function ambientMethod(
  api: SyntaxApi,
  scopes: Scopes,
  site: ts.CallExpression | ts.PropertyAccessExpression | ts.BindingElement,
): { what: string; ambience: Ambience } | undefined {
  if (api.isBindingElement(site)) return { what: ".getStore", ambience: "request" };
  if (!api.isCallExpression(site)) {
    // `als.getStore.bind(als)`: handed on in place of being called.
    const isCallee = api.isCallExpression(site.parent) && site.parent.expression === site;
    return site.name.text === "getStore" && !isCallee ? { what: ".getStore", ambience: "request" } : undefined;
  }
  const name = memberName(api, scopes, skipWrappers(api, site.expression)) ?? "";
  const [first] = site.arguments;
  const what = `.${name}()`;
  if (name === "getStore" && !first) return { what, ambience: "request" };
  return takesLocale(api, scopes, name, site.arguments) ? { what, ambience: "locale" } : undefined;
}
