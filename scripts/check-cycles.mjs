// Import cycles among the sources, types included. Prints each and exits with 1 if there is one.
//   node scripts/check-cycles.mjs [folder …]
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const given = process.argv.slice(2);
const folders = given.length > 0 ? given : ["runtime", "transformer", "cli", "editor"];

/** What the package's own names may stand for. */
const OWN = JSON.parse(readFileSync("package.json", "utf8")).imports;
const source = (target) => target.replace("./dist/", "").replace(/\.js$/, ".ts");

const files = folders
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, String(file))))
  .filter((file) => /\.tsx?$/.test(file));

/** Files that a file imports, be it types or values, now or later. */
function importsOf(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
  return importedFiles.flatMap(({ fileName }) => {
    if (fileName.startsWith("#")) return [...new Set(Object.values(OWN[fileName] ?? {}).map(source))];
    return fileName.startsWith(".") ? [normalize(join(dirname(file), fileName))] : [];
  });
}

const graph = new Map();
const add = (file) => {
  if (graph.has(file) || !existsSync(file)) return;
  const imports = importsOf(file).filter((each) => folders.some((folder) => each.startsWith(`${folder}/`)));
  graph.set(file, imports);
  imports.forEach(add);
};
files.forEach(add);

/** The way from a file back to itself, if there is one: the shortest. */
function cycleFrom(start) {
  const before = new Map();
  const queue = [start];
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return pathTo(file, before);
      if (before.has(next)) continue;
      before.set(next, file);
      queue.push(next);
    }
  }
  return undefined;
}

function pathTo(file, before) {
  const path = [];
  for (let at = file; at !== undefined; at = before.get(at)) path.unshift(at);
  return path;
}

const reported = new Set();
for (const file of graph.keys()) {
  const cycle = reported.has(file) ? undefined : cycleFrom(file);
  if (cycle === undefined) continue;
  for (const each of cycle) reported.add(each);
  console.error(`import cycle: ${[...cycle, file].join(" → ")}`);
  process.exitCode = 1;
}
if (process.exitCode === undefined) console.log(`no import cycle in ${folders.join(", ")} (${graph.size} files)`);
