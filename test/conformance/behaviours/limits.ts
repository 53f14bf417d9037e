import { absent, type Behaviours, differs, same } from "./behaviour.ts";

/** How long entries live and how many there are. */
export const limits: Behaviours = {
  B157: same("Without ttl nothing expires."),
  B158: same("A number is seconds, fractions too."),
  B159: same("A duration object is taken."),
  B160: same("A text of one or more units is taken."),
  B161: same("Empty texts and unknown units fail, quoting the text."),
  B162: same("Text that stands for no time fails like text that cannot be read."),
  B163: differs("A text without unit is nanoseconds.", "It fails: nobody means nanoseconds."),
  B164: same("`1m` is a minute; months and years fail; repeated units add up."),
  B165: differs(
    "A bad ttl of a resource fails at its first call only.",
    "It fails the build, or where only run time knows the value, the first call before the body.",
  ),
  B166: same("Time counts from the write; reading does not prolong it."),
  B167: same("One function's ttl is not another's."),
  B168: same("At exactly ttl the entry is gone."),
  B169: same("Memory goes by a clock that never jumps."),
  B170: differs("Zero and negative ttl make every call run.", "Negative ones fail; zero keeps nothing."),
  B171: differs(
    "NaN never keeps, infinity always, true is one second.",
    "NaN and truth values fail; `Infinity` is never.",
  ),
  B172: differs(
    "Expired entries stay in memory until the next write.",
    "They are swept, by a timer that keeps no process alive.",
  ),
  B173: differs("With persistence ttl is ignored, with a warning.", "It holds on disk as in memory."),
  B174: differs("An entry reloaded from disk counts as new.", "It keeps the time of its first write."),
  B175: absent(
    "The guide urges a ttl for database and API results.",
    "That is advice to people, not behaviour of the cache.",
  ),
  B176: differs(
    "Newer versions can serve an expired value while it is computed again.",
    "No value is served after its ttl: the caller that finds it gone waits for the new one.",
  ),
  B177: same("Without limit everything stays."),
  B178: same("A full cache drops the least recently used entry; reads count as use."),
  B179: same("With room for two, the calls 1,2,1,3,1,2 run 1,2,3,2."),
  B180: same("Expired entries go before live ones."),
  B181: differs(
    "Limits below one are found out when storing, fractions never.",
    "Anything but a whole number from 1 fails the build.",
  ),
  B182: same("The limit is that of one function."),
  B183: differs("Files on disk are not limited.", "The limit bounds the durable store too."),
  B184: differs(
    "A lock stays for every key ever computed.",
    "What belongs to a call in flight goes when it has landed.",
  ),
};
