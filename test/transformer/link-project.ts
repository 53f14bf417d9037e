import ts from "typescript";
import {
  createLinkContext,
  type LinkContext,
  openSession,
  type Session,
} from "../../transformer/3-hash/graph/build-session.ts";
import { type LinkOptions, link, openFile } from "../../transformer/3-hash/graph/hash-function.ts";
import { parseOnce } from "../../transformer/3-hash/graph/modules.ts";
import { runSync } from "../../transformer/host-requests.ts";
import type { CodeHash, SyntaxApi } from "../../transformer/types.ts";

export type Files = Record<string, string | Uint8Array>;

/** A project in memory: paths relative to its root, with a resolver like a bundler's. */
export interface Project {
  files: Files;
  root?: string;
  /** Specifiers that the tool resolves by itself: aliases, links, virtual modules. */
  aliases?: Record<string, string>;
  api?: typeof ts;
  context?: LinkContext;
  /** Shared with what was linked before. */
  session?: Session;
}

const ENDINGS = ["", ".ts", ".tsx", ".js", ".json", "/index.ts"];

export function hostOf({ files, root = "/p", aliases = {} }: Project) {
  const read = (file: string) => (file.startsWith(`${root}/`) ? files[file.slice(root.length + 1)] : aliases[file]);
  const resolve = (specifier: string, importer: string): string | undefined => {
    const alias = aliases[specifier];
    if (alias !== undefined) return alias.startsWith("virtual") ? specifier : `${root}/${alias}`;
    const [path = "", query] = specifier.split("?");
    if (!path.startsWith(".")) {
      for (let dir = importer; dir.includes("/"); dir = dir.slice(0, dir.lastIndexOf("/"))) {
        const entry = `${dir}/node_modules/${path}/index.js`;
        if (read(entry) !== undefined) return entry;
      }
      return undefined;
    }
    const base = new URL(path, `file://${importer}`).pathname;
    const tries = base.endsWith(".js") ? [base.replace(/js$/, "ts"), base] : ENDINGS.map((ending) => base + ending);
    const found = tries.find((file) => read(file) !== undefined);
    return found && query ? `${found}?${query}` : found;
  };
  return { read, resolve };
}

/** Links the function of that name in a file (`Class.method` for methods). */
export function linkFunction(project: Project, file: string, name: string, options: LinkOptions = {}): CodeHash {
  const api = project.api ?? ts;
  const root = project.root ?? "/p";
  const session = project.session ?? openSession(project.context ?? createLinkContext(api), { root });
  const source = parseOnce(session.context, `${root}/${file}`, String(project.files[file]));
  return runSync(linkIn(session, source, name, options), hostOf(project));
}

/** The same, for whoever answers. */
export function* linkIn(session: Session, source: ts.SourceFile, name: string, options: LinkOptions = {}) {
  const links = yield* openFile(session, source);
  return yield* link(links, findFunction(session.context.api, source, name), options);
}

export function findFunction(api: SyntaxApi, source: ts.SourceFile, name: string): ts.Node {
  const last = name.split(".").at(-1);
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    const own = (node as ts.MethodDeclaration).name;
    const named = own && api.isComputedPropertyName(own) ? own.expression : own;
    if (named && "text" in named && named.text === last) {
      const initializer = (node as ts.VariableDeclaration).initializer;
      if (api.isFunctionLike(node) && (node as ts.FunctionDeclaration).body) found ??= node;
      else if (initializer && api.isFunctionLike(initializer)) found ??= initializer;
    }
    api.forEachChild(node, visit);
  };
  visit(source);
  if (!found) throw new Error(`no function ${name}`);
  return found;
}
