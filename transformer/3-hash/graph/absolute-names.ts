import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { declaredAs } from "./declared-values.ts";
import type { Asker } from "./find-export.ts";
import type { Module, Session } from "./model.ts";
import { kindOf } from "./working-directory.ts";

/** Whether one of some imported names stands for a path that is known to be absolute. */
export function* isAnyAbsolute(
  session: Session,
  module: Module,
  names: readonly ts.Identifier[],
  asker: Asker,
): Asking<boolean> {
  for (const name of names) {
    const binding = module.scopes.resolve(name.text, name);
    const declared = binding && (yield* declaredAs(session, module, binding, asker));
    if (declared && kindOf(session.context.api, declared.module.scopes, declared.value) === "absolute") return true;
  }
  return false;
}
