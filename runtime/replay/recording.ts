import type { FunctionEntries } from "../call/function-state.ts";
import { currentRun, type Run, within } from "../call/in-flight.ts";
import { ReplayClosureError, UnstorableValueError, WidgetNotAllowedError } from "../errors.ts";
import { state } from "../registry.ts";
import { ShapeInfo } from "../snapshot/shape-info.ts";
import { copySnapshot, takeSnapshot } from "../snapshot/take-snapshot.ts";
import { typeName } from "../values/value-kind.ts";

/** An argument of a recorded call: a private copy, the live value where it can't be copied, or the result of an earlier step. */
export type Noted = { step: number } | { kept: unknown } | { live: unknown };

/** One call of an element or widget while a body ran. Its place in the log is how later steps refer to its result. */
export interface Step {
  shown: Shown;
  receiver: Noted;
  args: Noted[];
}

/** What a hit shows again. */
export type Log = readonly Step[];

/** What a run has shown so far. */
export class Recording {
  readonly owner: FunctionEntries;
  readonly steps: Step[] = [];
  /** Which step made a handle. */
  readonly handles = new Map<unknown, number>();
  /** Values that widgets gave, by step. */
  readonly inputs = new Map<number, unknown>();
  /** Results of steps that the lookup has shown already; the body's first calls take them instead of showing twice. */
  prefix: { shown: Shown; result: unknown }[] = [];
  /** The call's own key, where the lookup went by widgets. */
  key: string | undefined = undefined;

  constructor(owner: FunctionEntries) {
    this.owner = owner;
  }
}

const recordings = new WeakMap<Run, Recording>();
/** Runs of an element's own body: what it calls is part of it and not recorded. */
const silent = new WeakSet<Run>();
/** Everything an element ever returned, so that a foreign handle can be told from an ordinary argument. */
const handles = new WeakSet<object>();
/** Elements and widgets by id: a log from a store finds its functions here. */
export const shownFunctions = new Map<string, Shown>();

export interface ShownDefinition {
  id: string;
  hash: string;
  name: string;
  parts: readonly string[];
  async?: boolean;
  this?: string;
}

/** The descriptor of an element or widget: a function that shows something, or reads an input. */
export class Shown {
  readonly definition: ShownDefinition;
  readonly kind: "element" | "widget";
  fn: ((...args: unknown[]) => unknown) | undefined = undefined;

  constructor(definition: ShownDefinition, kind: "element" | "widget") {
    this.definition = definition;
    this.kind = kind;
  }

  /** What emitted code calls: shows, and notes the call in every run it belongs to. */
  call(receiver: unknown, args: readonly unknown[], body: () => unknown): unknown {
    const run = currentRun();
    const open = run === undefined || silent.has(run) ? [] : recordingsFrom(run);
    const [inner] = open;
    if (run === undefined || inner === undefined) return remember(body());
    if (this.kind === "widget") this.mustBeAllowed(open);
    const step: Step = {
      shown: this,
      receiver: this.note(inner, receiver),
      args: args.map((arg) => this.note(inner, arg)),
    };
    const shownAlready = takePrefix(open, this);
    const noted = shownAlready ? open.slice(0, open.indexOf(shownAlready.recording) + 1) : open;
    const places = noted.map((recording) => place(recording, step, inner));
    const result = shownAlready ? shownAlready.result : runSilently({ ...run, parent: run }, body);
    const done = (value: unknown) => this.register(noted, places, remember(value));
    return result instanceof Promise ? result.then(done) : done(result);
  }

  /** Calls the function again, outside any particular body. */
  again(receiver: unknown, args: readonly unknown[]): unknown {
    const { fn } = shownFunctions.get(this.definition.id) ?? this;
    return fn === undefined ? undefined : Reflect.apply(fn, receiver, args);
  }

  private mustBeAllowed(open: readonly Recording[]): void {
    const owner = open.map((recording) => recording.owner).find(({ options }) => !options.allowWidgets);
    if (owner) throw new WidgetNotAllowedError(owner.name, owner.policy.kind, this.definition.name);
  }

  private note(recording: Recording, value: unknown): Noted {
    const step = recording.handles.get(value);
    if (step !== undefined) return { step };
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (!isObject) return { kept: value };
    if (handles.has(value)) throw foreignHandle(recording.owner.name, this.definition.name);
    try {
      return { kept: takeSnapshot(value, recording.owner.name, state.settings.codecs, new ShapeInfo()) };
    } catch {
      return { live: value };
    }
  }

  private register(recordingsOfCall: readonly Recording[], places: readonly number[], value: unknown): unknown {
    recordingsOfCall.forEach((recording, i) => {
      const at = places[i] as number;
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
function recordingsFrom(run: Run): Recording[] {
  const open: Recording[] = [];
  for (let at: Run | undefined = run; at !== undefined && !silent.has(at); at = at.parent) open.push(recordingOf(at));
  return open;
}

export function recordingOf(run: Run): Recording {
  const known = recordings.get(run) ?? new Recording(run.entry.table.owner);
  recordings.set(run, known);
  return known;
}

function runSilently(run: Run, body: () => unknown): unknown {
  silent.add(run);
  return within(run, body);
}

function remember(value: unknown): unknown {
  if (value instanceof Promise) return value.then(remember);
  if ((typeof value === "object" && value !== null) || typeof value === "function") handles.add(value);
  return value;
}

/** Adds a step to one recording; handles of an inner run have a place of their own in the outer one. */
function place(recording: Recording, step: Step, inner: Recording): number {
  const translated = recording === inner ? step : translate(step, inner, recording);
  return recording.steps.push(translated) - 1;
}

function translate({ shown, receiver, args }: Step, from: Recording, to: Recording): Step {
  const outer = (noted: Noted): Noted => {
    if (!("step" in noted)) return noted;
    const handle = [...from.handles].find(([, step]) => step === noted.step)?.[0];
    const step = to.handles.get(handle);
    return step === undefined ? { live: handle } : { step };
  };
  return { shown, receiver: outer(receiver), args: args.map(outer) };
}

/** The result of this step if the lookup has shown it. A body that goes another way than last time shows the rest itself. */
function takePrefix(open: readonly Recording[], shown: Shown): { recording: Recording; result: unknown } | undefined {
  const recording = open.find(({ prefix }) => prefix.length > 0);
  const next = recording?.prefix.shift();
  if (recording === undefined || next === undefined) return undefined;
  if (next.shown === shown) return { recording, result: next.result };
  recording.prefix = [];
  return undefined;
}

/** What an entry has to show again; `undefined` where the body showed nothing. */
export function logOf(run: Run): Log | undefined {
  const recording = recordings.get(run);
  return recording && recording.steps.length > 0 ? recording.steps : undefined;
}

/**
 * Shows the steps of a log again, in order, from where `results` ends. Handles are mapped to the new ones.
 * A promise where an asynchronous element has to be awaited.
 */
export function replay(log: Log, results: unknown[] = []): undefined | Promise<void> {
  while (results.length < log.length) {
    const result = showAgain(log[results.length] as Step, results);
    if (result instanceof Promise) {
      return result.then((value) => {
        results.push(value);
        return replay(log, results);
      });
    }
    results.push(result);
  }
  return undefined;
}

export function showAgain(step: Step, results: readonly unknown[]): unknown {
  const read = (noted: Noted): unknown =>
    "step" in noted ? results[noted.step] : "live" in noted ? noted.live : copySnapshot(noted.kept);
  return step.shown.again(read(step.receiver), step.args.map(read));
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
  return log.map(({ shown, receiver, args }) => {
    [receiver, ...args].forEach((noted, i) => {
      if ("live" in noted) throw unstorableArgument(shown.definition.name, i - 1, noted.live);
    });
    return [shown.definition.id, receiver, args];
  });
}

/** The way back; `undefined` where a function is not loaded (yet) in this process. */
export function importLog(data: unknown): Log | undefined {
  const steps = (data as [string, Noted, Noted[]][]).map(([id, receiver, args]) => ({
    shown: shownFunctions.get(id),
    receiver,
    args,
  }));
  return steps.every((step): step is Step => step.shown?.fn !== undefined) ? steps : undefined;
}
