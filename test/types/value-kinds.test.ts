import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const KINDS = join(root, "runtime/values/value-kind.ts");

/** The files of the runtime that do not compile once there is one more kind of value. */
function filesThatFail(): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, noEmit: true }, root);
  const host = ts.createCompilerHost(options);
  const read = host.readFile;
  host.readFile = (file) =>
    file === KINDS ? read(file)?.replace('| "blob"\n', '| "blob"\n  | "another"\n') : read(file);
  const walkers = ["internal.ts", "recordings/recordings.ts", "environment.node.ts"];
  const program = ts.createProgram(
    walkers.map((file) => join(root, "runtime", file)),
    options,
    host,
  );
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(root, "runtime/")));
  const failing = files.filter((file) => program.getSemanticDiagnostics(file).length > 0);
  return failing.map(({ fileName }) => fileName.slice(root.length + 1)).sort();
}

it("a kind of value that its key, copy, cost, bytes or preview knows nothing of does not compile", () => {
  expect(filesThatFail()).toEqual([
    "runtime/codec/write.ts",
    "runtime/key/encode-object.ts",
    "runtime/key/set-order.ts",
    "runtime/snapshot/buffer-ranges.ts",
    "runtime/snapshot/copiers.ts",
    "runtime/snapshot/copy-plan.ts",
    "runtime/snapshot/freeze.ts",
    "runtime/snapshot/memory-cost.ts",
    "runtime/values/preview.ts",
    "runtime/values/value-kind.ts",
  ]);
}, 60_000);
