import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";
import { memberName, type NamePath } from "./name-path.ts";

/** Why a read gives another answer than the last time: what a warning says of it. */
export type Ambience = "clock" | "chance" | "process" | "machine" | "file" | "storage" | "page" | "request" | "locale";

const words = (list: string) => new Set(list.split(" "));

/** Members of globals; all of them where none is named. */
const GLOBALS: Readonly<
  Record<string, { ambience: Ambience; members?: ReadonlySet<string>; but?: ReadonlySet<string> }[]>
> = {
  performance: [{ ambience: "clock", members: words("now timeOrigin") }],
  Math: [{ ambience: "chance", members: words("random") }],
  crypto: [{ ambience: "chance", members: words("randomUUID getRandomValues") }],
  process: [
    { ambience: "clock", members: words("hrtime uptime") },
    {
      ambience: "process",
      members: words(
        "argv argv0 execArgv execPath cwd pid ppid title stdin memoryUsage cpuUsage resourceUsage getuid geteuid getgid getegid getgroups umask",
      ),
    },
  ],
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

/** What a path reads from outside, if it is known to. `outer` is the node that spells the whole path. */
export function ambienceOf(api: TypeScript, { root, names }: NamePath, outer: ts.Node): Ambience | undefined {
  const [first] = names;
  if (root === "Date") return isClock(api, names, outer) ? "clock" : undefined;
  if (root === "Temporal") return first === "Now" ? "clock" : undefined;
  if (root === "Intl") return first && !INTL_FACTS.has(first) && isWithoutLocale(api, outer) ? "locale" : undefined;
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

/** `Date()`, `new Date()`, `Date.now`; `new Date(0)`, `Date.UTC(…)` and `Date` itself read no clock. */
function isClock(api: TypeScript, names: readonly string[], outer: ts.Node): boolean {
  if (names[0] === "now") return true;
  if (names.length > 0) return false;
  const { parent } = outer;
  if (api.isNewExpression(parent) && parent.expression === outer) return !parent.arguments?.length;
  return api.isCallExpression(parent) && parent.expression === outer;
}

/** `new Intl.NumberFormat()`: the locale of the machine. */
function isWithoutLocale(api: TypeScript, outer: ts.Node): boolean {
  const { parent } = outer;
  const isCall = (api.isCallExpression(parent) || api.isNewExpression(parent)) && parent.expression === outer;
  return isCall && isMissing(api, parent.arguments?.[0]);
}

/** Nothing, `undefined`, `void 0`, an empty list: the machine's own locale is taken. */
function isMissing(api: TypeScript, argument: ts.Node | undefined): boolean {
  if (!argument) return true;
  const node = skipWrappers(api, argument);
  if (api.isArrayLiteralExpression(node)) return node.elements.length === 0;
  return api.isVoidExpression(node) || (api.isIdentifier(node) && node.text === "undefined");
}

const INTL_FACTS = words("getCanonicalLocales supportedValuesOf Locale");

const LOCALE_METHODS = words("toLocaleString toLocaleDateString toLocaleTimeString");

/** Reads that are told by a method's name, whatever it is called on. */
export function ambientMethod(
  api: TypeScript,
  scopes: Scopes,
  spot: ts.CallExpression | ts.PropertyAccessExpression,
): { what: string; ambience: Ambience } | undefined {
  if (!api.isCallExpression(spot)) {
    // `als.getStore.bind(als)`: handed on in place of being called.
    const isCallee = api.isCallExpression(spot.parent) && spot.parent.expression === spot;
    return spot.name.text === "getStore" && !isCallee ? { what: ".getStore", ambience: "request" } : undefined;
  }
  const name = memberName(api, scopes, skipWrappers(api, spot.expression)) ?? "";
  const [first] = spot.arguments;
  const what = `.${name}()`;
  if (name === "getStore" && !first) return { what, ambience: "request" };
  if (name === "getTimezoneOffset" && !first) return { what, ambience: "locale" };
  return LOCALE_METHODS.has(name) && isMissing(api, first) ? { what, ambience: "locale" } : undefined;
}
