// In the panel's bundle this module stands for `cachet/inspect`, for what the inspector uses of `cachet`, and for
// `../beside.ts`: the functions that it shows run in another process, or in another tab.
import type { ChangedFunction } from "cachet/vite";
import type { EditSource } from "../beside.ts";
import type {
  Action,
  CacheEvent,
  CodeEdit,
  CoveredNode,
  InspectedCall,
  InspectedEntry,
  InspectedFunction,
  PageMessage,
  PanelMessage,
  RemoteEntry,
  RemoteEvent,
  RemoteFunction,
  Target,
} from "./protocol.ts";

type Listener = (event: CacheEvent, call: InspectedCall | undefined) => void;

/** Where the panel looks. */
interface Source {
  /** Resolves with the first state; `changed` hears of every later one. */
  open(changed: (state: readonly RemoteFunction[], events: readonly RemoteEvent[]) => void): Promise<void>;
  act(action: Action, target: Target): void;
}

export interface PanelConfig {
  base: string;
  token: string;
  pages: boolean;
  /** Whether a dev server tells what code hashes cover, and of edits. */
  facts: boolean;
}

export type Side = CodeEdit["side"];

let functions: readonly RemoteFunction[] = [];
let source: Source | undefined;
const listeners = new Set<Listener>();

/** What the inspector finds where a dev server tells; set by `connect`. */
export let coversOf: ((fn: InspectedFunction) => Promise<readonly CoveredNode[] | undefined>) | undefined;
export let editSource: EditSource | undefined;

/** Must have resolved before anything else here is used. */
export async function connect(config: PanelConfig, side: Side): Promise<void> {
  const stream = new EventSource(`${config.base}/events`);
  if (config.facts) {
    coversOf = (fn) => askCovers(config.base, fn);
    editSource = editsOf(stream, side);
  }
  source = side === "server" ? serverSource(config, stream) : pageSource();
  await source.open((state, events) => {
    functions = state;
    for (const { event, call } of events) for (const listener of listeners) listener(event, call);
  });
}

export function inspect(): InspectedFunction[] {
  return functions.map((fn) => ({
    ...fn,
    list: () => fn.list.map((entry) => localEntry(fn, entry)),
    tags: () => fn.tags,
    ...actionsOn({ id: fn.id, codeHash: fn.codeHash }),
  }));
}

export function observeCalls(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const cacheData = { clear: () => source?.act("clear", { kind: "data" }) };
export const cacheResource = { clear: () => source?.act("clear", { kind: "resource" }) };
export const expireKind = (kind: "data" | "resource") => source?.act("expire", { kind });
export const clearTags = (tag: string) => source?.act("clear", { tag });
export const expireTags = (tag: string) => source?.act("expire", { tag });

function localEntry({ id, codeHash }: RemoteFunction, entry: RemoteEntry): InspectedEntry {
  return {
    ...entry,
    remaining: entry.remaining ?? Number.POSITIVE_INFINITY,
    ...actionsOn({ id, codeHash, key: entry.key }),
  };
}

const actionsOn = (target: Target) => ({
  clear: () => source?.act("clear", target),
  expire: () => source?.act("expire", target),
});

async function askCovers(base: string, { id, codeHash }: InspectedFunction) {
  const query = new URLSearchParams({ id, hash: codeHash });
  const answer = await fetch(`${base}/covers?${query}`);
  return answer.ok ? ((await answer.json()) as CoveredNode[]) : undefined;
}

/** Edits of one side's code, also those that are told before anybody follows them. */
function editsOf(stream: EventSource, side: Side): EditSource {
  const early: [CodeEdit, boolean][] = [];
  let hear = (edit: CodeEdit, isEarlier: boolean) => void early.push([edit, isEarlier]);
  // A stream that is opened anew tells the earlier ones again.
  const seen = new Set<string>();
  const take = ({ data, type }: MessageEvent<string>) => {
    const edit: CodeEdit = JSON.parse(data);
    if (edit.side === side && !seen.has(data)) hear(edit, type === "earlierEdit");
    seen.add(data);
  };
  stream.addEventListener("edit", take);
  stream.addEventListener("earlierEdit", take);
  return {
    follow(begin, changed) {
      hear = ({ files, changed: functions }, isEarlier) => {
        begin(files, isEarlier);
        changed(functions as ChangedFunction[]);
      };
      for (const [edit, isEarlier] of early) hear(edit, isEarlier);
    },
  };
}

/** The process that serves the panel. */
function serverSource({ base, token }: PanelConfig, stream: EventSource): Source {
  const state = async (): Promise<RemoteFunction[]> => (await fetch(`${base}/state`)).json();
  let refresh: () => Promise<void>;
  return {
    async open(changed) {
      refresh = async () => changed(await state(), []);
      stream.onmessage = async ({ data }) => changed(await state(), JSON.parse(data));
      // A restarted server knows nothing of what this page has seen.
      stream.onopen = () => void refresh();
      await refresh();
    },
    async act(action, target) {
      const headers = { "content-type": "application/json", "x-cachet-token": token };
      await fetch(`${base}/${action}`, { method: "POST", headers, body: JSON.stringify(target) });
      await refresh();
    },
  };
}

/** The open pages of this origin; the one that spoke last is shown. */
function pageSource(): Source {
  const channel = new BroadcastChannel("cachet:inspect");
  const say = (message: PanelMessage) => channel.postMessage(message);
  let page: string | undefined;
  return {
    async open(changed) {
      channel.onmessage = ({ data }: MessageEvent<PageMessage | PanelMessage>) => {
        if (data.to !== "panels") return;
        page = data.page;
        changed(data.state, data.events);
      };
      say({ to: "pages", ask: "state" });
      // No page may be open.
      await new Promise((resolve) => setTimeout(resolve, 150));
    },
    act(action, target) {
      if (page !== undefined) say({ to: "pages", page, ask: action, target });
    },
  };
}
