// What `npm run check:unused` takes for used from outside: the package's entries, and files that no import names.
import { readFileSync } from "node:fs";

const { exports, imports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** The source behind a file of dist/. */
const source = (file) => file.replace("./dist/", "").replace(/(\.d)?\.[jt]s$/, ".ts");
const targets = [...Object.values(exports), ...Object.values(imports)].flatMap((target) => Object.values(target));
const entries = targets.filter((target) => /^\.\/dist\/(?!node|cjs)\S+$/.test(target)).map(source);

export default {
  entry: [
    ...new Set(entries),
    "cli/index.ts",
    "scripts/*.{mjs,ts}",
    "test/**/*.test.ts",
    "test/**/*{worker,child}*.ts",
    "test/{features,playground,stores,adapters}/**/*.ts",
    "bench/**/*.ts",
    "playground/app/main.tsx",
    "playground/inspector/{inspector,panel/main}.tsx",
    "playground/inspector/panel/remote-source.ts",
    "playground/live/{live-page.tsx,compiler.worker.ts}",
    "playground/{examples,pages}/*.ts",
    "playground/server/{api,recorded-answers}.ts",
    "playground/vite.config.ts",
  ],
  project: ["{runtime,transformer,cli,editor,playground,scripts}/**/*.{ts,tsx,mjs}"],
  ignoreExportsUsedInFile: { interface: true, type: true },
  paths: { "#hash-diff": ["./transformer/reports/hash-diff.ts"] },
};
