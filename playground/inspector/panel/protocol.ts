export type { PageMessage, PanelMessage } from "../../../runtime/inspect/agent.ts";
export type { ClearTarget, RemoteEntry, RemoteEvent, RemoteFunction } from "../../../runtime/inspect/remote.ts";
export type { CacheEvent, InspectedCall, InspectedEntry, InspectedFunction } from "../../../runtime/inspect.ts";
