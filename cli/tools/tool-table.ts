/** A tool that compiles or runs a project's code, and how cachet gets into it. */
export interface Tool {
  name: string;
  /** Names of its configuration files, in the package's directory. */
  configs?: RegExp;
  /** Its key in package.json, where its configuration may stand too. */
  manifestKey?: string;
  /** The command that starts it, as the first word of a package.json script. */
  command?: RegExp;
  /** Further words that a script must have; `node` compiles nothing and counts where it runs TypeScript. */
  runs?: "entries" | "always";
  /** A tool is not in use by its command alone where one of these words stands behind it. */
  notWith?: RegExp;
  /** Direct dependencies that show that it is in use. */
  packages?: readonly string[];
  /** Modules of cachet any one of which, in its configuration or in its script, shows that the plugin is there. */
  carriedBy: readonly string[];
  /** Where the line belongs: in the configuration, in the script, or in tsconfig.json. */
  place: "config" | "script" | "tsconfig" | "nowhere";
  /** The configuration that people write where there is none. */
  config?: string;
  /** The line to add, as README has it. */
  line: string;
  /** How `cachet init` writes it. Absent: by hand. */
  edit?: Edit;
}

export type Edit =
  /** `import cachet from "<from>"`, and a call of it as the first element of the list at `path`. */
  | { type: "plugin"; from: string; path: readonly string[] }
  /** A string as an element of the list at `path`. */
  | { type: "string"; value: string; path: readonly string[] }
  /** `import { withCachet } from "<from>"` around what is exported. */
  | { type: "wrap"; from: string }
  /** An option behind the command in the script. */
  | { type: "script"; option: string }
  /** Another command in its place. */
  | { type: "command"; by: string };

const plugin = (from: string, ...path: string[]): Edit => ({ type: "plugin", from, path });
const PATCHED = 'npx ts-patch install, "prepare": "ts-patch install" in package.json, and the plugin in tsconfig.json';

/** Every tool that is known, once. What needs more than a row is in `special-cases.ts`. */
export const TOOLS: readonly Tool[] = [
  {
    name: "Vite",
    configs: /^vite\.config\.[cm]?[jt]s$/,
    command: /^(?:vite|vike|react-router|svelte-kit)$/,
    carriedBy: ["cachet/vite"],
    place: "config",
    config: "vite.config.ts",
    line: 'plugins: [cachet()] with import cachet from "cachet/vite"',
    edit: plugin("cachet/vite", "plugins"),
  },
  {
    name: "Vitest",
    configs: /^vitest\.(?:config|workspace)\.[cm]?[jt]s$/,
    command: /^vitest$/,
    carriedBy: ["cachet/vite"],
    place: "config",
    config: "vitest.config.ts",
    line: 'plugins: [cachet()] with import cachet from "cachet/vite"',
    edit: plugin("cachet/vite", "plugins"),
  },
  {
    name: "electron-vite",
    configs: /^electron\.vite\.config\.[cm]?[jt]s$/,
    command: /^electron-vite$/,
    carriedBy: ["cachet/vite"],
    place: "config",
    config: "electron.vite.config.ts",
    line: 'plugins: [cachet()] in main, preload and renderer, with import cachet from "cachet/vite"',
  },
  {
    name: "Astro",
    configs: /^astro\.config\.[cm]?[jt]s$/,
    command: /^astro$/,
    notWith: /\bcheck\b/,
    carriedBy: ["cachet/vite"],
    place: "config",
    config: "astro.config.mjs",
    line: 'vite: { plugins: [cachet()] } with import cachet from "cachet/vite"',
    edit: plugin("cachet/vite", "vite", "plugins"),
  },
  {
    name: "Nuxt",
    configs: /^nuxt\.config\.[cm]?[jt]s$/,
    command: /^nuxi?$|^nuxt$/,
    carriedBy: ["cachet/nuxt"],
    place: "config",
    config: "nuxt.config.ts",
    line: 'modules: ["cachet/nuxt"], which reaches the app and the server',
    edit: { type: "string", value: "cachet/nuxt", path: ["modules"] },
  },
  {
    name: "Next",
    configs: /^next\.config\.[cm]?[jt]s$/,
    command: /^next$/,
    notWith: /\b(?:start|lint)\b/,
    carriedBy: ["cachet/next"],
    place: "config",
    config: "next.config.mjs",
    line: 'export default withCachet({ … }) with import { withCachet } from "cachet/next"',
    edit: { type: "wrap", from: "cachet/next" },
  },
  {
    name: "webpack",
    configs: /^webpack\.(?:config|common|base)(?:\.\w+)?\.[cm]?[jt]s$/,
    command: /^webpack(?:-cli|-dev-server)?$/,
    carriedBy: ["cachet/webpack", "cachet/loader"],
    place: "config",
    config: "webpack.config.js",
    line: 'plugins: [cachet()] with import cachet from "cachet/webpack"',
    edit: plugin("cachet/webpack", "plugins"),
  },
  {
    name: "Rspack",
    configs: /^rspack\.config\.[cm]?[jt]s$/,
    command: /^rspack$/,
    carriedBy: ["cachet/webpack", "cachet/loader"],
    place: "config",
    config: "rspack.config.mjs",
    line: 'plugins: [cachet()] with import cachet from "cachet/webpack"',
    edit: plugin("cachet/webpack", "plugins"),
  },
  {
    name: "Rsbuild",
    configs: /^rsbuild\.config\.[cm]?[jt]s$/,
    command: /^rsbuild$/,
    carriedBy: ["cachet/webpack", "cachet/loader"],
    place: "config",
    config: "rsbuild.config.ts",
    line: 'tools: { rspack: { plugins: [cachet()] } } with import cachet from "cachet/webpack"',
    edit: plugin("cachet/webpack", "tools", "rspack", "plugins"),
  },
  ...rollupLike("Rollup", /^rollup\.config\.[cm]?[jt]s$/, /^rollup$/, "rollup.config.js"),
  ...rollupLike("Rolldown", /^rolldown\.config\.[cm]?[jt]s$/, /^rolldown$/, "rolldown.config.js"),
  ...rollupLike("tsdown", /^tsdown\.config\.[cm]?[jt]s$/, /^tsdown$/, "tsdown.config.ts"),
  {
    name: "Nitro",
    configs: /^nitro\.config\.[cm]?[jt]s$/,
    command: /^nitro(?:pack)?$/,
    carriedBy: ["cachet/rollup"],
    place: "config",
    config: "nitro.config.ts",
    line: 'rollupConfig: { plugins: [cachet()] } with import cachet from "cachet/rollup"',
    edit: plugin("cachet/rollup", "rollupConfig", "plugins"),
  },
  {
    name: "unbuild",
    configs: /^build\.config\.[cm]?[jt]s$/,
    command: /^unbuild$/,
    carriedBy: ["cachet/rollup"],
    place: "config",
    config: "build.config.ts",
    line: 'hooks: { "rollup:options": (_, options) => void options.plugins.unshift(cachet()) } with import cachet from "cachet/rollup"',
  },
  {
    name: "tsup",
    configs: /^tsup\.config\.[cm]?[jt]s$/,
    manifestKey: "tsup",
    command: /^tsup(?:-node)?$/,
    carriedBy: ["cachet/esbuild"],
    place: "config",
    config: "tsup.config.ts",
    line: 'esbuildPlugins: [cachet()] with import cachet from "cachet/esbuild"',
    edit: plugin("cachet/esbuild", "esbuildPlugins"),
  },
  {
    name: "esbuild",
    command: /^esbuild$/,
    carriedBy: ["cachet/esbuild"],
    place: "nowhere",
    line: 'a script that calls build({ plugins: [cachet()] }) with import cachet from "cachet/esbuild": the command line takes no plugins',
  },
  {
    name: "Jest",
    configs: /^jest\.config\.(?:[cm]?[jt]s|json)$/,
    manifestKey: "jest",
    command: /^(?:jest|react-scripts)$/,
    carriedBy: ["cachet/jest"],
    place: "config",
    config: "jest.config.js",
    line: 'transform: { "\\\\.[jt]sx?$": ["cachet/jest", { transformer: "<the one in use>" }] }',
  },
  {
    name: "Babel",
    configs: /^(?:babel\.config\.(?:[cm]?[jt]s|json)|\.babelrc(?:\.[cm]?js|\.json)?)$/,
    manifestKey: "babel",
    command: /^babel(?:-node)?$/,
    carriedBy: ["cachet/babel"],
    place: "config",
    config: "babel.config.json",
    line: 'plugins: ["cachet/babel"]',
    edit: { type: "string", value: "cachet/babel", path: ["plugins"] },
  },
  {
    name: "React Native",
    configs: /^metro\.config\.[cm]?[jt]s$/,
    command: /^(?:react-native|expo|metro)$/,
    packages: ["react-native"],
    carriedBy: ["cachet/metro"],
    place: "config",
    config: "metro.config.js",
    line: 'module.exports = withCachet(config) with const { withCachet } = require("cachet/metro")',
    edit: { type: "wrap", from: "cachet/metro" },
  },
  ...nodeLike("Node", /^node$/, "--import cachet/register", "entries"),
  ...nodeLike("tsx", /^tsx$/, "--import cachet/register", "entries"),
  {
    ...(nodeLike("Mocha", /^_?mocha$/, "--import=cachet/register", "always")[0] as Tool),
    configs: /^\.mocharc\.(?:[cm]?js|jsonc?|ya?ml)$/,
    manifestKey: "mocha",
  },
  {
    ...(nodeLike("Bun", /^bun$/, "--preload cachet/register", "entries")[0] as Tool),
    configs: /^bunfig\.toml$/,
    line: 'preload = ["cachet/register"] in bunfig.toml, or bun --preload cachet/register',
  },
  ...nodeLike("Deno", /^deno$/, "--import npm:cachet/register", "entries"),
  {
    name: "ts-node",
    command: /^ts-node(?:-dev|-esm|-script)?$/,
    carriedBy: ["cachet/transformer"],
    place: "tsconfig",
    line: `${PATCHED}; or "ts-node": { "compiler": "ts-patch/compiler" } in tsconfig.json`,
  },
  {
    name: "Nest",
    configs: /^nest-cli\.json$/,
    command: /^nest$/,
    carriedBy: ["cachet/transformer"],
    place: "tsconfig",
    line: PATCHED,
  },
  {
    name: "Angular",
    configs: /^angular\.json$/,
    command: /^ng$/,
    carriedBy: ["cachet/transformer"],
    place: "tsconfig",
    line: PATCHED,
  },
  {
    name: "tsc",
    command: /^tsc$/,
    carriedBy: ["cachet/transformer"],
    place: "tsconfig",
    line: "tspc in place of tsc, and the plugin in tsconfig.json",
    edit: { type: "command", by: "tspc" },
  },
  {
    name: "tspc",
    command: /^tspc$/,
    carriedBy: ["cachet/transformer"],
    place: "tsconfig",
    line: 'the plugin in tsconfig.json: { "transform": "cachet/transformer", "transformProgram": true }',
  },
  {
    name: "Wrangler",
    configs: /^wrangler\.(?:toml|jsonc?)$/,
    command: /^wrangler$/,
    carriedBy: ["@cloudflare/vite-plugin"],
    place: "nowhere",
    line: "a build with the esbuild or Vite plugin first, and no_bundle with main set to what it wrote: Wrangler takes no plugins",
  },
  {
    name: "swc",
    command: /^swc$/,
    carriedBy: [],
    place: "nowhere",
    line: "tspc or cachet tsc in its place: the command line of swc takes no plugin that sees comments",
  },
  {
    name: "Parcel",
    command: /^parcel$/,
    carriedBy: [],
    place: "nowhere",
    line: "another bundler: there is no plugin for Parcel",
  },
];

function rollupLike(name: string, configs: RegExp, command: RegExp, config: string): Tool[] {
  return [
    {
      name,
      configs,
      command,
      carriedBy: ["cachet/rollup"],
      place: "config",
      config,
      line: 'plugins: [cachet()], the first, with import cachet from "cachet/rollup"',
      edit: plugin("cachet/rollup", "plugins"),
    },
  ];
}

function nodeLike(name: string, command: RegExp, option: string, runs: "entries" | "always"): Tool[] {
  const carriedBy = ["cachet/register"];
  return [{ name, command, runs, carriedBy, place: "script", line: option, edit: { type: "script", option } }];
}
