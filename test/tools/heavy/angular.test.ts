import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Installed } from "../install.ts";
import { describeTool } from "../matrix.ts";
import { runCommand } from "../spawn.ts";

/** Angular needs Node 22, which the project brings along, and `ts-patch install`. */
let project: Installed;
beforeAll(async () => {
  project = new Installed("angular");
  await runCommand(project.root, ["ts-patch", "install"]);
});
afterAll(() => project.remove());

const tsconfig = (isolatedModules: boolean) =>
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "preserve",
      moduleResolution: "bundler",
      skipLibCheck: true,
      sourceMap: true,
      experimentalDecorators: true,
      isolatedModules,
      plugins: [{ transform: "cachet/transformer", transformProgram: true }],
    },
    files: ["src/main.ts", "src/app.ts"],
  });

/** Bundles for Node as well, so that what was built can report. */
const FILES = {
  "angular.json": JSON.stringify({
    version: 1,
    projects: {
      shop: {
        projectType: "application",
        root: "",
        sourceRoot: "src",
        architect: {
          build: {
            builder: "@angular/build:application",
            options: {
              browser: "src/main.ts",
              index: "src/index.html",
              tsConfig: "tsconfig.json",
              outputPath: "out",
              optimization: false,
              sourceMap: true,
            },
          },
        },
      },
    },
  }),
  "tsconfig.json": tsconfig(false),
  "src/index.html": '<!doctype html><html lang="en"><body><app-root></app-root></body></html>',
  "src/app.ts": `import { Component } from "@angular/core";
import { square } from "./data";
@Component({ selector: "app-root", template: "<p>{{ value }}</p>" })
export class App { value = square(3); }
`,
};

describeTool(
  "Angular 22, ts-patch",
  {
    files: FILES,
    build: ["ng", "build"],
    run: ["node", "--enable-source-maps", "out/browser/main.js"],
    compilesItself: true,
  },
  (files) => project.open(files),
);

describe("Angular 22 with isolatedModules, where esbuild compiles", () => {
  it("fails for marks rather than taking them for comments", async () => {
    const { root, remove } = project.open({ ...FILES, "tsconfig.json": tsconfig(true) });
    const { code, output } = await runCommand(root, ["ng", "build"]);
    remove();
    expect(code).not.toBe(0);
    expect(output).toMatch(/CACHET1016: .*isolatedModules/);
  });
});
