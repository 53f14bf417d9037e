// Writes docs/api.md: the public types of every entry of the package as dist/ declares them, without comments, so that a
// change of them shows in a diff. Needs a build.
//   npm run api               writes it
//   npm run api -- --check    exits with 1 where it would change
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist").split(sep).join("/");
const report = join(root, "docs/api.md");
const printer = ts.createPrinter({ removeComments: true });

/** The names of the package's entries by the file that declares their types: `cachet/esbuild` and `cachet/bun` share one. */
function readEntries() {
  const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = new Map();
  for (const [path, { types }] of Object.entries(exports)) {
    if (types === undefined) continue;
    const file = join(root, types);
    entries.set(file, [...(entries.get(file) ?? []), path.replace(".", name)]);
  }
  return entries;
}

/** @returns the report as Markdown */
function writeReport(entries) {
  const program = ts.createProgram([...entries.keys()], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  const isOurs = (node) => node.getSourceFile().fileName.startsWith(`${dist}/`);
  /** Where each symbol was told, and those that an entry gives by no name of its own. */
  const told = new Map();
  const reached = new Set();
  const sections = [];
  // Only what the entries themselves name, or every change inside would show; and what emitted code imports is nobody's
  // to write.
  let isFollowing = true;

  for (const [file, names] of entries) {
    const [title] = names;
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    if (module === undefined) throw new Error(`${relative(root, file)} exports nothing`);
    isFollowing = title !== "cachet/internal";
    const lines = checker.getExportsOfModule(module).map((symbol) => tell(symbol, title));
    sections.push([names.map((each) => `\`${each}\``).join(", "), lines.sort()]);
  }
  isFollowing = false;
  const others = [...reached].filter((symbol) => !told.has(symbol)).map(declarationsOf);
  sections.push(["What these name, and no entry exports", others.sort()]);
  const start = "# Public types\n\nWritten by `npm run api` from what the build declares; CI compares the two.\n";
  return start + sections.map(([title, lines]) => `\n## ${title}\n\n\`\`\`ts\n${lines.join("\n")}\n\`\`\`\n`).join("");

  function tell(symbol, title) {
    const target = resolved(symbol);
    const known = told.get(target);
    if (known !== undefined) return `${symbol.name}; // as in ${known}`;
    told.set(target, title);
    const whole = target.declarations?.find(ts.isSourceFile);
    if (whole !== undefined) return `${symbol.name}; // all of ${entries.get(join(whole.fileName))?.[0] ?? "a file"}`;
    const text = declarationsOf(target);
    return target.name === symbol.name ? text : `${text}\nexport { ${target.name} as ${symbol.name} };`;
  }

  function declarationsOf(symbol) {
    const ours = (symbol.declarations ?? []).filter(isOurs);
    if (ours.length === 0) return `${symbol.name}; // of another package`;
    return ours.map(print).join("\n");
  }

  function print(declaration) {
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    note(node);
    const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
    return text.replace(/^(?:export )?(?:default )?(?:declare )?/, "");
  }

  /** Remembers the package's own declarations that a declaration names. */
  function note(node) {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const target = symbol && resolved(symbol);
    if (isFollowing && target?.declarations?.some((each) => isOurs(each) && isAtTopLevel(each))) reached.add(target);
    ts.forEachChild(node, note);
  }
}

/** Whether a declaration is one of its file's own, and neither a member, a parameter nor a file. */
function isAtTopLevel(declaration) {
  const { parent } = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return parent !== undefined && ts.isSourceFile(parent);
}

const text = writeReport(readEntries());
if (!process.argv.includes("--check")) writeFileSync(report, text);
else if (readFileSync(report, "utf8") !== text) {
  console.error("The public types are not those of docs/api.md. If that is meant, run npm run api and commit it.");
  process.exitCode = 1;
}
