import { currentRun, within } from "../call/in-flight.ts";
import { isPromise } from "../call/thenable.ts";
import type { CachedFunction, Run } from "../call/types.ts";
import { ReplayClosureError, UnstorableValueError, WidgetNotAllowedError } from "../errors.ts";
import { shared, state } from "../registry.ts";
import { leafBytes } from "../snapshot/memory-cost.ts";
import { ShapeInfo } from "../snapshot/shape-info.ts";
import { copySnapshot, takeSnapshot } from "../snapshot/take-snapshot.ts";
import { typeName } from "../values/type-name.ts";

/** An argument of a recorded call: a private copy, the live value where it can't be copied, or the result of an earlier step. */
export type RecordedArg = { step: number } | { snapshot: unknown } | { live: unknown };

/** One call of an element or widget while a body ran. Its place in the log is how later steps refer to its result. */
export interface ReplayStep {
  function: ReplayableFunction;
  instance: RecordedArg;
  args: RecordedArg[];
  /** What it takes in memory, estimated. */
  bytes: number;
}

/** What a step takes besides the content of its arguments, and each of those. */
const STEP_BYTES = 160;
const ARG_BYTES = 60;

/** What a hit shows again. */
export type Log = readonly ReplayStep[];

/** What a run has shown so far. */
export class ReplayRecording {
  readonly owner: CachedFunction;
  readonly steps: ReplayStep[] = [];
  /** Which step made a handle. */
  readonly handles = new Map<unknown, number>();
  /** Values that widgets gave, by step. */
  readonly inputs = new Map<number, unknown>();
  /** Results of steps that the lookup has shown already; the body's first calls take them instead of showing twice. */
  prefix: { function: ReplayableFunction; result: unknown }[] = [];
  /** The call's own key, if the lookup went by widgets. */
  callKey: string | undefined = undefined;

  constructor(owner: CachedFunction) {
    this.owner = owner;
  }
}

/** Everything an element ever returned, so that a foreign handle can be told from an ordinary argument. */
const handles = /* @__PURE__ */ shared("handles", () => new WeakSet<object>());
/** Elements and widgets by id: a log from a store finds its functions here. */
export const replayableFunctions = /* @__PURE__ */ shared("replayable", () => new Map<string, ReplayableFunction>());

export interface ReplayableDefinition {
  id: string;
  hash: string;
  name: string;
  parts: readonly string[];
  async?: boolean;
  this?: string;
}

/** The descriptor of an element or widget: a function that shows something, or reads an input. */
export class ReplayableFunction {
  readonly definition: ReplayableDefinition;
  readonly kind: "element" | "widget";
  fn: ((...args: unknown[]) => unknown) | undefined = undefined;

  constructor(definition: ReplayableDefinition, kind: "element" | "widget") {
    this.definition = definition;
    this.kind = kind;
  }

  /** What emitted code calls: shows, and notes the call in every run it belongs to. */
  call(receiver: unknown, args: readonly unknown[], body: () => unknown): unknown {
    const run = currentRun();
    const open = run === undefined || run.isSilent ? [] : recordingsFrom(run);
    const [inner] = open;
    if (run === undefined || inner === undefined) return remember(body());
    if (this.kind === "widget") this.mustBeAllowed(open);
    const info = new ShapeInfo();
    const step: ReplayStep = {
      function: this,
      instance: this.record(inner, receiver, info),
      args: args.map((arg) => this.record(inner, arg, info)),
      bytes: STEP_BYTES + ARG_BYTES * args.length + info.bytes,
    };
    const shownAlready = takePrefix(open, this);
    const recordings = shownAlready ? open.slice(0, open.indexOf(shownAlready.recording) + 1) : open;
    const steps = recordings.map((recording) => addStep(recording, step, inner));
    const result = shownAlready ? shownAlready.result : runSilently({ ...run, parent: run }, body);
    const done = (value: unknown) => this.register(recordings, steps, remember(value));
    return isPromise(result) ? result.then(done) : done(result);
  }

  /** Calls the function again, outside any particular body. */
  again(receiver: unknown, args: readonly unknown[]): unknown {
    const { fn } = replayableFunctions.get(this.definition.id) ?? this;
    return fn === undefined ? undefined : Reflect.apply(fn, receiver, args);
  }

  private mustBeAllowed(open: readonly ReplayRecording[]): void {
    const owner = open.map((recording) => recording.owner).find(({ options }) => !options.allowWidgets);
    if (owner) throw new WidgetNotAllowedError(owner.name, owner.policy.kind, this.definition.name);
  }

  private record(recording: ReplayRecording, value: unknown, info: ShapeInfo): RecordedArg {
    const step = recording.handles.get(value);
    if (step !== undefined) return { step };
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (!isObject) {
      info.bytes += leafBytes(value);
      return { snapshot: value };
    }
    if (handles.has(value)) throw foreignHandle(recording.owner.name, this.definition.name);
    try {
      return { snapshot: takeSnapshot(value, recording.owner.name, state.settings.codecs, info) };
    } catch {
      return { live: value };
    }
  }

  private register(recordings: readonly ReplayRecording[], steps: readonly number[], value: unknown): unknown {
    recordings.forEach((recording, i) => {
      const at = steps[i] as number;
      if ((typeof value === "object" && value !== null) || typeof value === "function")
        recording.handles.set(value, at);
      if (this.kind === "widget") recording.inputs.set(at, value);
    });
    return value;
  }
}

function foreignHandle(owner: string, element: string): ReplayClosureError {
  return new ReplayClosureError(
    `${owner}() shows ${element}() in a container that was made outside of it, so a hit could not show it again. ` +
      `Make the container inside ${owner}(), call ${element}() outside of it, or pass the data out and show it there`,
  );
}

/** The recordings of a run and of all it runs within, from the inside out. */
function recordingsFrom(run: Run): ReplayRecording[] {
  const open: ReplayRecording[] = [];
  for (let at: Run | undefined = run; at !== undefined && !at.isSilent; at = at.parent) open.push(recordingOf(at));
  return open;
}

export const recordingOf = (run: Run): ReplayRecording =>
  (run.recording ??= new ReplayRecording(run.owner)) as ReplayRecording;

function runSilently(run: Run, body: () => unknown): unknown {
  run.isSilent = true;
  return within(run, body);
}

function remember(value: unknown): unknown {
  if (isPromise(value)) return value.then(remember);
  if ((typeof value === "object" && value !== null) || typeof value === "function") handles.add(value);
  return value;
}

/** Adds a step to one recording; handles of an inner run have steps of their own in the outer one. */
function addStep(recording: ReplayRecording, step: ReplayStep, inner: ReplayRecording): number {
  const translated = recording === inner ? step : translate(step, inner, recording);
  return recording.steps.push(translated) - 1;
}

function translate(
  { function: called, instance, args, bytes }: ReplayStep,
  from: ReplayRecording,
  to: ReplayRecording,
): ReplayStep {
  const outer = (arg: RecordedArg): RecordedArg => {
    if (!("step" in arg)) return arg;
    const handle = [...from.handles].find(([, step]) => step === arg.step)?.[0];
    const step = to.handles.get(handle);
    return step === undefined ? { live: handle } : { step };
  };
  return { function: called, instance: outer(instance), args: args.map(outer), bytes };
}

/** The result of this step if the lookup has shown it. A body that goes another way than last time shows the rest itself. */
function takePrefix(
  open: readonly ReplayRecording[],
  called: ReplayableFunction,
): { recording: ReplayRecording; result: unknown } | undefined {
  const recording = open.find(({ prefix }) => prefix.length > 0);
  const next = recording?.prefix.shift();
  if (recording === undefined || next === undefined) return undefined;
  if (next.function === called) return { recording, result: next.result };
  recording.prefix = [];
  return undefined;
}

/** What a log takes in memory. */
export const bytesOfLog = (log: Log = []): number => log.reduce((sum, { bytes }) => sum + bytes, 0);

/** What an entry has to show again; `undefined` where the body showed nothing. */
export function logOf(run: Run): Log | undefined {
  const recording = run.recording as ReplayRecording | undefined;
  return recording && recording.steps.length > 0 ? recording.steps.slice() : undefined;
}

/**
 * Shows the steps of a log again, in order, from where `results` ends. Handles are mapped to the new ones.
 * A promise where an asynchronous element has to be awaited.
 */
export function replay(log: Log, results: unknown[] = []): undefined | Promise<void> {
  while (results.length < log.length) {
    const result = showAgain(log[results.length] as ReplayStep, results);
    if (isPromise(result)) {
      return result.then((value) => {
        results.push(value);
        return replay(log, results);
      });
    }
    results.push(result);
  }
  return undefined;
}

export function showAgain(step: ReplayStep, results: readonly unknown[]): unknown {
  const read = (arg: RecordedArg): unknown =>
    "step" in arg ? results[arg.step] : "live" in arg ? arg.live : copySnapshot(arg.snapshot);
  return step.function.again(read(step.instance), step.args.map(read));
}

function unstorableArgument(element: string, index: number, value: unknown): UnstorableValueError {
  return new UnstorableValueError({
    function: element,
    path: index < 0 ? "this" : `arguments[${index}]`,
    type: typeName(value),
    hint: "A cached function with `persist` shows its elements again in other processes: hand them plain data, or leave out `persist`",
  });
}

/** A log as plain data for a store. @throws UnstorableValueError where a live value has no stored form. */
export function exportLog(log: Log): unknown {
  return log.map(({ function: called, instance, args }) => {
    [instance, ...args].forEach((arg, i) => {
      if ("live" in arg) throw unstorableArgument(called.definition.name, i - 1, arg.live);
    });
    return [called.definition.id, instance, args];
  });
}

/**
 * The way back; `undefined` where a function is not loaded (yet) in this process.
 * @throws TypeError for data that `exportLog` has not made.
 */
export function importLog(data: unknown): Log | undefined {
  const steps = (data as [string, RecordedArg, RecordedArg[]][]).map(([id, instance, args], index) => ({
    function: replayableFunctions.get(id),
    instance: storedArg(instance, index),
    args: args.map((arg) => storedArg(arg, index)),
    // What is read from a store counts as long as it is there.
    bytes: 0,
  }));
  return steps.every((step): step is ReplayStep => step.function?.fn !== undefined) ? steps : undefined;
}

/** An argument that came out of a store: a value, or the result of a step before this one. */
function storedArg(arg: RecordedArg, index: number): RecordedArg {
  if (Object.hasOwn(arg, "snapshot")) return { snapshot: (arg as { snapshot: unknown }).snapshot };
  const { step } = arg as { step: number };
  if (!Number.isInteger(step) || step < 0 || step >= index)
    throw new TypeError("an argument refers to no earlier step");
  return { step };
}
