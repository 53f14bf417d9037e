import type ts from "typescript";
import type { Binding } from "../../syntax/scopes.ts";

/** One thing that code does with a value or with a part of it. */
export type ValueEvent = {
  at: ts.Node;
  /** It is done to what a callback of an unknown method was given: `ns.each((row) => change(row))`. */
  isVague?: boolean;
} & (
  | /** A member is assigned or deleted, or the name itself gets another value. */ {
      type: "write";
      /** The first member of the value itself that was taken, where it shows. */
      member?: string | undefined;
    }
  | /** A method that goes on where it ended is taken, and called elsewhere: `const { test } = word`. */ {
      type: "taken";
    }
  | /** A method of it, or of what holds it, is called. */ {
      type: "method";
      call: ts.CallExpression;
      name: string;
      ofHolder: boolean;
    }
  | /** It is handed to a call; `index` is -1 where it can't be told which of the arguments it is. */ {
      type: "argument";
      call: ts.CallExpression | ts.NewExpression;
      index: number;
      /** It is spread there: what it holds may be any of the later ones, too. */
      isSpread?: boolean;
      /** Under the name of a constant that stands for a part of it only. */
      ofPart: boolean;
      /** How many objects and arrays are around it. */
      held: number;
      /** The member of the outermost of these that has it, where that shows. */
      as?: string;
      /** What is handed over is a function that gives it. */
      byCallback?: boolean;
    }
  | /** The function that it is a parameter of gives it back, a part of it, or what holds it. */ {
      type: "returned";
      held: number;
    }
  | /** A field of an object, class or instance holds it from now on: `this.rows = table`, `{ rows: table, add() { … } }`. */ {
      type: "kept";
      /** The `this`, the object, or the declaration of the field. */
      by: ts.Node;
      field: string;
      held: number;
      as?: string | undefined;
    }
  | /** It goes where it can't be followed: `throw`, a tagged template, an element's attribute, syntax of a later day. */ {
      type: "escape";
    }
);

export interface Followed {
  /** Whether its member of that name is a number or a text, as those of an enum are: who has it can't change it. */
  isFixed?: ((member: string | undefined) => boolean) | undefined;
  /** A call that gives the value or a part of it, to be followed in place of the name. */
  given?: ts.Node;
  /** How many objects around the value the name or call stands for. */
  held?: number;
  /** The member of the outermost of these that has it: others are something else, where the way must be sure. */
  as?: string | undefined;
  /**
   * Only where it goes for sure: not to what unknown functions and methods make of it, nor on under a name that has got
   * something new. Of a field nobody knows whether it is a list, a text or a client of something.
   */
  isSure?: boolean;
}

/** `x = 1` gives the name another value: that is the reassignment of a variable, told apart from a change in place. */
export function isOwnName({ type, at }: ValueEvent, { writes }: Binding): boolean {
  return type === "write" && writes.includes(at as ts.Identifier);
}
