import { absent, type Behaviours, differs, same } from "./behaviour.ts";

/** Clearing, calls at the same time, validation and release. */
export const running: Behaviours = {
  B223: same("Clearing a function empties that function."),
  B224: same("Clearing a call drops that call; an unknown one is no error."),
  B225: same("The call to clear is spelled like a call: what a call leaves out is left out here."),
  B226: same("Clearing without arguments is clearing everything, also for functions without parameters."),
  B227: same("Clearing with an argument that cannot be hashed fails and clears nothing."),
  B228: same("A kind can be cleared as a whole."),
  B229: same("Functions go on caching after any clear."),
  B230: same("`clear` can be handed over as a callback."),
  B231: same("Many clears at once are safe."),
  B232: differs(
    "A run under way stores its result in spite of a clear.",
    "A clear beats a run in flight: its caller gets the value, the cache does not.",
  ),
  B233: differs(
    "A menu of the app clears both kinds.",
    "There is no app menu; `cachet clear` and the two `clear` functions do it.",
  ),
  B234: same("Fifty equal calls at once run the body once."),
  B235: same("Each of them gets a copy of data, and the one object of a resource."),
  B236: same("Different calls do not wait for each other."),
  B237: same("A hit does not wait for another call's run."),
  B238: same("A failed run reaches its caller and is not stored."),
  B239: differs(
    "If the run fails, one of the waiting callers runs again.",
    "They share the rejection: a failing service is not asked fifty times; the next call runs again.",
  ),
  B240: same("A function may call itself with other arguments."),
  B241: differs("Calling itself with the same ones hangs for ever.", "It throws `RecursiveCallError`."),
  B242: absent(
    "Registries are guarded by locks.",
    "A JavaScript realm has one thread; worker threads have caches of their own.",
  ),
  B243: differs(
    "Nothing coordinates two processes.",
    "Stores are safe for several at once, and one computes while the others wait.",
  ),
  B244: same("Async functions are cached: equal calls share a run; async generators are recorded, others refused."),
  B245: absent(
    "Objects bound to an event loop are unsupported as resources.",
    "A JavaScript thread has one event loop, and resources stay in it.",
  ),
  B246: same("A validator is not asked about what was just computed."),
  B247: same("It is asked once at each later call."),
  B248: same("If it says no, the entry goes and the body runs."),
  B249: same("Anything falsy is a no; a promise is awaited before it counts."),
  B250: differs(
    "If it throws, the caller gets the error and the entry stays.",
    "A throw is a no, and an event: a check that fails cannot wedge the entry.",
  ),
  B251: differs(
    "It runs under the lock of the whole cache.",
    "There is no lock; calling the same call from within throws `RecursiveCallError`.",
  ),
  B252: same("It is not asked about missing or expired entries."),
  B253: differs(
    "It gets the value only, and exists for resources only.",
    "It gets the arguments as well, and exists for data too.",
  ),
  B254: differs(
    "Newer versions refuse asynchronous validators and release hooks.",
    "They are awaited; an asynchronous validator on a synchronous function is an error.",
  ),
  B255: differs(
    "Newer versions release what is evicted, expired or cleared, not what failed validation.",
    "`onRelease` is called once for each resource that leaves, for whatever reason.",
  ),
};
