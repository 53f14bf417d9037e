// In the panel's bundle this module stands for `cachet/inspect` and for what the inspector uses of `cachet`: the functions
// that it shows run in another process, or in another tab.
import type {
  CacheEvent,
  ClearTarget,
  InspectedCall,
  InspectedEntry,
  InspectedFunction,
  PageMessage,
  PanelMessage,
  RemoteEntry,
  RemoteEvent,
  RemoteFunction,
} from "./protocol.ts";

type Listener = (event: CacheEvent, call: InspectedCall | undefined) => void;

/** Where the panel looks. */
interface Source {
  /** Resolves with the first state; `changed` hears of every later one. */
  open(changed: (state: readonly RemoteFunction[], events: readonly RemoteEvent[]) => void): Promise<void>;
  clear(target: ClearTarget): void;
}

export interface PanelConfig {
  base: string;
  token: string;
  pages: boolean;
}

let functions: readonly RemoteFunction[] = [];
let source: Source | undefined;
const listeners = new Set<Listener>();

/** Must have resolved before anything else here is used. */
export async function connect(config: PanelConfig, side: "server" | "page"): Promise<void> {
  source = side === "server" ? serverSource(config) : pageSource();
  await source.open((state, events) => {
    functions = state;
    for (const { event, call } of events) for (const listener of listeners) listener(event, call);
  });
}

export function inspect(): InspectedFunction[] {
  return functions.map((fn) => ({
    ...fn,
    list: () => fn.list.map((entry) => localEntry(fn, entry)),
    clear: () => source?.clear({ id: fn.id, codeHash: fn.codeHash }),
  }));
}

export function observeCalls(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const cacheData = { clear: () => source?.clear({ kind: "data" }) };
export const cacheResource = { clear: () => source?.clear({ kind: "resource" }) };

function localEntry({ id, codeHash }: RemoteFunction, entry: RemoteEntry): InspectedEntry {
  return {
    ...entry,
    remaining: entry.remaining ?? Number.POSITIVE_INFINITY,
    clear: () => source?.clear({ id, codeHash, key: entry.key }),
  };
}

/** The process that serves the panel. */
function serverSource({ base, token }: PanelConfig): Source {
  const state = async (): Promise<RemoteFunction[]> => (await fetch(`${base}/state`)).json();
  let refresh: () => Promise<void>;
  return {
    async open(changed) {
      refresh = async () => changed(await state(), []);
      await refresh();
      const events = new EventSource(`${base}/events`);
      events.onmessage = async ({ data }) => changed(await state(), JSON.parse(data));
      // A restarted server knows nothing of what this page has seen.
      events.onopen = () => void refresh();
    },
    async clear(target) {
      const headers = { "content-type": "application/json", "x-cachet-token": token };
      await fetch(`${base}/clear`, { method: "POST", headers, body: JSON.stringify(target) });
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
    clear(target) {
      if (page !== undefined) say({ to: "pages", page, ask: "clear", target });
    },
  };
}
