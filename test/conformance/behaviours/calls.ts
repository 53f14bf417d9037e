import { absent, type Behaviours, differs, same } from "./behaviour.ts";

/** Which calls are the same call. */
export const calls: Behaviours = {
  B25: same("Equal arguments run the body once."),
  B26: same("Other arguments run it again, and every result stays."),
  B27: same("A function without parameters has one entry."),
  B28: differs(
    "An argument by position and the same one by keyword make one entry.",
    "JavaScript has no keyword arguments; a direct call, a spread one and one through `call` make one entry.",
  ),
  B29: differs(
    "The order of keyword arguments is part of the key.",
    "Named options are an object here, and the order of its properties does not count.",
  ),
  B30: absent(
    "Mixed spellings of one call by position and keyword make several entries.",
    "JavaScript has no keyword arguments.",
  ),
  B31: differs(
    "Defaults are not filled in: leaving one out and writing it make two entries.",
    "The function's own header applies defaults first, so both are one call.",
  ),
  B32: same("Every element of a rest parameter counts."),
  B33: same("Named values count under their names."),
  B34: same("What is named with a leading underscore stays out of the key."),
  B35: differs(
    "A rest parameter with an underscore is not left out, since its values have no names.",
    "It is left out, and so are destructured names with an underscore.",
  ),
  B36: same("What stays out of the key cannot change the answer: the older result is given."),
  B37: same("The key is made before the body runs, so a body that changes its argument does no harm."),
  B38: same("An argument that cannot be hashed fails before the body runs."),
  B39: differs(
    "A key is a 128-bit digest of the arguments.",
    "A key is an injective encoding, digested to at least 128 bits only where it is long.",
  ),
  B40: differs(
    "Names and values are joined without lengths, so two different calls can share a key.",
    "Every field carries its type and length: no two different calls share a key.",
  ),
  B41: differs(
    "Superfluous arguments are hashed, then fail in the call.",
    "The compiler refuses them; where JavaScript passes them all the same they are ignored, as the function ignores them.",
  ),
};
