export type { PageMessage, PanelMessage } from "../../../runtime/inspect/agent.ts";
export type { CodeEdit, CoveredNode } from "../../../runtime/inspect/build-facts.ts";
export type { Action, RemoteEntry, RemoteEvent, RemoteFunction, Target } from "../../../runtime/inspect/remote.ts";
export type { CacheEvent, InspectedCall, InspectedEntry, InspectedFunction } from "../../../runtime/inspect.ts";
