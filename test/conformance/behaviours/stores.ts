import { type Behaviours, differs, same } from "./behaviour.ts";

/** Entries that outlive the process, and what a store has to do. */
export const stores: Behaviours = {
  B185: same("Nothing is written unless asked."),
  B186: same('`true` and `"disk"` turn it on, `false` off.'),
  B187: differs(
    "Any other value fails.",
    "A text names a store given to `configure`; an unknown name fails at the first call, any other type the build.",
  ),
  B188: differs(
    "Entries are files in the user's home, one each.",
    "They are in the project, in `node_modules/.cache/cachet` or where `CACHET_DIR` says.",
  ),
  B189: same("What memory lacks comes from disk without running the body."),
  B190: same("A file is read once, then memory answers."),
  B191: same("A hit in memory does not touch the disk."),
  B192: same("A computed value goes to memory and disk."),
  B193: same("A missing file is an ordinary miss."),
  B194: differs(
    "Content that cannot be decoded is an error to the user.",
    "It is a miss, one warning and an event, and is written anew.",
  ),
  B195: differs(
    "A truncated file is an error to the user.",
    "A checksum finds it out; it is a miss and is written anew.",
  ),
  B196: differs("An empty file is an error to the user.", "It is a miss and is written anew."),
  B197: differs("A file that refers to a class that is gone fails with a raw error.", "It is a miss."),
  B198: same("A file of another format is silently computed anew."),
  B199: differs("A failed write raises.", "The caller gets the value and no torn file is left."),
  B200: differs(
    "Files are written in place without lock.",
    "They appear whole or not at all, also with several processes.",
  ),
  B201: same("Clearing a function removes its own files only."),
  B202: same("Clearing a function also removes files from the time when it still persisted."),
  B203: same("Clearing one call removes one file; a missing one is no error."),
  B204: same("Clearing without a folder is silent."),
  B205: differs(
    "Clearing everything removes the folder with whatever lies in it.",
    "Only what cachet wrote is removed; foreign files stay.",
  ),
  B206: same("Recorded elements are stored with the value."),
  B207: differs(
    "Files of older code are never removed.",
    "They are pruned by age and size, and at once by `cachet prune`.",
  ),
  B208: same("Resources cannot be persisted."),
  B209: differs(
    "Outside a running app persistence silently becomes memory only.",
    "There is no app to be outside of: it works in any process.",
  ),
  B210: differs(
    "A manager makes one store per function, with get, set, delete, clear and close.",
    "One store serves all functions, with lookup, write, delete, clear and optionally close.",
  ),
  B211: differs("An unknown key raises.", "It gives `undefined`: nothing is exceptional about it."),
  B212: same("Writing replaces."),
  B213: same("What was deleted is gone everywhere; deleting twice is fine."),
  B214: same("A store that never finds anything is a store."),
  B215: same("Memory alone is the default."),
  B216: differs(
    "A store is told the function, name, ttl, limit and persistence when made.",
    "It is told function, code hash, times, cost and limit with each entry, since they can change between two.",
  ),
  B217: differs(
    "A store may object when the function is declared.",
    "An incomplete store is refused by `configure`, a missing one at the first call.",
  ),
  B218: differs(
    "Clearing all stores at once is optional.",
    "A store's `clear` without a function clears all it holds.",
  ),
  B219: same("A store that is replaced is closed."),
  B220: differs("A failing read is an error to the user.", "It costs a run, one warning and an event."),
  B221: same("Calls may overlap."),
  B222: same("Entries of one function are not touched by clearing another."),
};
