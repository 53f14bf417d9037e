import { fileURLToPath } from "node:url";
import { EXTENSIONS, MAYBE_MARK } from "../engine/file-filter.ts";
import type { LoaderOptions } from "./loader.ts";
import { loaderRule } from "./webpack.ts";

type Rules = Record<string, unknown>;
/** The parts of Next's configuration that are added to. */
interface NextConfig {
  turbopack?: { rules?: Rules };
  webpack?: ((config: WebpackConfig, context: unknown) => WebpackConfig) | null;
}
interface WebpackConfig {
  module: { rules: unknown[] };
}
type ResolvedConfig<Config> = Config extends (...args: infer Args) => infer Result ? (...args: Args) => Result : Config;

/**
 * For next.config.ts: `export default withCachet({ … })`. Adds the loader for Turbopack, which hands it only files that may
 * have a mark, and for webpack; builds and dev servers, server and client components. A configuration that is a function
 * becomes one.
 */
export function withCachet<Config extends object>(
  config: Config = {} as Config,
  options: Omit<LoaderOptions, "include" | "exclude"> = {},
): ResolvedConfig<Config> {
  if (typeof config !== "function") return extend(config, options) as ResolvedConfig<Config>;
  const resolve = config as (...args: unknown[]) => NextConfig | Promise<NextConfig>;
  const extended = async (...args: unknown[]) => extend(await resolve(...args), options);
  return extended as ResolvedConfig<Config>;
}

function extend(config: NextConfig, options: LoaderOptions): NextConfig {
  const { turbopack, webpack } = config;
  const loaders = [{ loader: fileURLToPath(new URL("./loader.js", import.meta.url)), options }];
  const rule = { condition: { all: [{ not: "foreign" }, { content: MAYBE_MARK }] }, loaders };
  const rules: Rules = { ...turbopack?.rules };
  for (const extension of EXTENSIONS) {
    const glob = `*.${extension}`;
    rules[glob] = rules[glob] === undefined ? rule : [rule, rules[glob]].flat();
  }
  return {
    ...config,
    turbopack: { ...turbopack, rules },
    webpack(webpackConfig, context) {
      webpackConfig.module.rules.unshift(loaderRule(options));
      return webpack?.(webpackConfig, context) ?? webpackConfig;
    },
  };
}

export default withCachet;
