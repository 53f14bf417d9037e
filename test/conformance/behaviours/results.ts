import { type Behaviours, differs, same } from "./behaviour.ts";

/** Methods, and what callers get. */
export const results: Behaviours = {
  B131: differs(
    "A method that ignores its receiver is cached once for all instances.",
    'By default entries belong to the instance; `this: "ignore"` shares them.',
  ),
  B132: same("A receiver that has to be hashed and cannot be is refused, by name."),
  B133: same("Static methods that use their class keep entries for each class."),
  B134: same("Static methods that do not are cached like functions."),
  B135: same("On a method, clearing with arguments drops that call only."),
  B136: same("On a method, clearing without arguments drops the entries of all instances; one instance can be named."),
  B137: same("A method taken from its class and called on an instance is the method."),
  B138: differs(
    "A subclass that ignores its receiver gets its parent's result.",
    "An inherited method keeps instances apart, so no subclass sees another's value.",
  ),
  B139: same("Data: changing a result changes nobody else's."),
  B140: same("Resource: everybody gets one object and sees its changes."),
  B141: same("Three increments of a shared list give 2, 3, 4; of data each time 2."),
  B142: same("A column deleted from a resource is gone; from data it is back next time."),
  B143: same("The computing caller gets the object itself, later ones copies."),
  B144: same("What is kept is a snapshot of the moment the body ended."),
  B145: same("A copy has the types of the original."),
  B146: same("What a copy could not reproduce is refused, never stripped (no counterpart in Python)."),
  B147: same("An empty result is a result."),
  B148: same("Data that cannot be kept throws, naming the type and pointing to resources."),
  B149: same("Nothing is stored then, and the next call runs again."),
  B150: differs("Some values fail with a raw error instead.", "There is one error for all of them."),
  B151: differs(
    "An error of the store on writing reaches the caller.",
    "The caller gets the value; the failure is a warning and an event.",
  ),
  B152: same("Results that are not there yet are refused with a hint to collect them first; promises are awaited."),
  B153: same("A resource may be anything."),
  B154: same("A shared generator is used up by its first reader."),
  B155: differs(
    "Stored data is decoded by a format that runs code.",
    "Decoding runs nothing and touches no prototype.",
  ),
  B156: same("Copies cost; a resource of any size is handed out as it is."),
};
