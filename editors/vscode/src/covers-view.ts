import * as vscode from "vscode";
import type { CoveredFunction } from "../../../editor/covered-function.ts";
import { type Branch, branchesOf } from "./covered-tree.ts";

/** The view "Code hash": what the hash of one function covers. */
export class CoversView implements vscode.TreeDataProvider<Branch> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #branches: Branch[] = [];

  show(fn: CoveredFunction): void {
    this.#branches = branchesOf(fn);
    this.#changed.fire(undefined);
  }

  getChildren(branch?: Branch): Branch[] {
    return branch ? branch.branches : this.#branches;
  }

  getTreeItem({ node, branches, isRepeated }: Branch): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const isRoot = this.#branches.some((root) => root.node === node);
    const item = new vscode.TreeItem(node.name, branches.length === 0 ? None : isRoot ? Expanded : Collapsed);
    item.description = [node.kind, placeOf(node), ...(isRepeated ? ["see above"] : [])].filter(Boolean).join(" · ");
    if (node.note !== undefined) item.tooltip = node.note;
    if (node.uri === undefined) return item;
    const start = new vscode.Position(node.line ?? 0, 0);
    const options = { selection: new vscode.Range(start, start) };
    item.command = { title: "Open", command: "vscode.open", arguments: [vscode.Uri.parse(node.uri), options] };
    return item;
  }
}

function placeOf({ uri, line }: Branch["node"]): string {
  return uri === undefined ? "" : `${vscode.workspace.asRelativePath(vscode.Uri.parse(uri))}:${(line ?? 0) + 1}`;
}
