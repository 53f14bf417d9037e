import { join } from "node:path";
import { createServer } from "vite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSource } from "../../scripts/load-source.mjs";
import { Engine } from "../../transformer/engine/engine.ts";
import { resolveLikeNode } from "../../transformer/engine/resolve-file.ts";
import { createProject, type Project } from "./project.ts";

type Adapter = typeof import("../../transformer/adapters/vite.ts");
const { default: cachet } = await loadSource<Adapter>("transformer/adapters/vite.ts");

const DATA = `import { scale } from "./scale";
/** @cacheData */
export function load(n: number) { return scale(n); }
`;
const NEW = { "src/scale.ts": "export const scale = (n: number) => n * 3;\n" };

let project: Project;
beforeEach(() => {
  project = createProject({
    "package.json": '{ "name": "shop", "type": "module" }',
    "src/data.ts": DATA,
    "src/scale/index.ts": "export const scale = (n: number) => n * 2;\n",
  });
});
afterEach(() => project.remove());

const at = (file: string) => join(project.root, file);
const engineFor = () => new Engine({}, { tool: "test", freshness: "stamps", directory: project.root });
const hashIn = (engine: Engine, file = "src/data.ts") =>
  engine.transform(project.read(file), at(file), { resolve: resolveLikeNode }).functions[0]?.hash;

describe("a new file that stands where another one was found", () => {
  it("counts in a tool that never says that a file changed", () => {
    const engine = engineFor();
    const before = hashIn(engine);
    expect(hashIn(engine)).toBe(before);
    project.write(NEW);
    const after = hashIn(engine);
    expect(after).not.toBe(before);
    expect(after).toBe(hashIn(engineFor()));
  });

  it("counts in the next process", () => {
    const engine = engineFor();
    const before = hashIn(engine);
    engine.save();
    expect(hashIn(engineFor())).toBe(before);
    project.write(NEW);
    expect(hashIn(engineFor())).not.toBe(before);
  });

  it("counts where an import led nowhere before", () => {
    project.write({ "src/data.ts": DATA.replace("./scale", "./later") });
    const engine = engineFor();
    const before = hashIn(engine);
    project.write({ "src/later.ts": NEW["src/scale.ts"] });
    expect(hashIn(engine)).not.toBe(before);
  });

  it("is told to tools that watch", () => {
    const engine = new Engine({}, { tool: "test", freshness: "told", directory: project.root });
    const { absent } = engine.transform(DATA, at("src/data.ts"), { resolve: resolveLikeNode });
    expect(absent).toContain(at("src/scale.ts"));
    expect(absent).not.toContain(at("src/scale/index.ts"));
  });

  it("counts under Vite's dev server", async () => {
    const server = await createServer({
      root: project.root,
      configFile: false,
      logLevel: "silent",
      plugins: [cachet()],
      server: { middlewareMode: true, ws: false, watch: null },
      appType: "custom",
    });
    try {
      const { ssr } = server.environments;
      const hash = async () => /c1:\w+/.exec((await ssr.transformRequest("/src/data.ts"))?.code ?? "")?.[0];
      const before = await hash();
      project.write(NEW);
      server.watcher.emit("add", at("src/scale.ts"));
      await expect.poll(hash).not.toBe(before);
    } finally {
      await server.close();
    }
  });
});

describe("paths of tsconfig.json", () => {
  it("lead to files where the tool has no resolver of its own", () => {
    project.write({
      "base.json": '{ "compilerOptions": { /* shared */ "paths": { "@/*": ["./src/*"] } } }',
      "tsconfig.json": '{ "extends": "./base.json", }',
      "src/deep/data.ts": DATA.replace("./scale", "@/scale"),
    });
    expect(resolveLikeNode("@/scale", at("src/deep/data.ts"))).toBe(at("src/scale/index.ts"));
    const engine = engineFor();
    const before = hashIn(engine, "src/deep/data.ts");
    expect(before).toBe(hashIn(engine));
    project.write(NEW);
    expect(hashIn(engine, "src/deep/data.ts")).not.toBe(before);
  });

  it("lead nowhere where nothing fits", () => {
    project.write({ "tsconfig.json": "{ not json" });
    expect(resolveLikeNode("@/scale", at("src/data.ts"))).toBeUndefined();
  });
});
