/** Runs in a page, so that a panel in another tab of the same origin can show the page's caches. */

import { showPanelLink } from "./panel-link.ts";
import { type Action, act, follow, type RemoteEvent, type RemoteFunction, snapshot, type Target } from "./remote.ts";

/** The channel between pages and panels. */
export const CHANNEL = "cachet:inspect";

/** What panels ask of pages. `page` names the one that is meant. */
export type PanelMessage = { to: "pages"; ask: "state" } | { to: "pages"; page: string; ask: Action; target: Target };

/** What pages answer: with every change their whole state, since a panel may have been opened later. */
export type PageMessage = { to: "panels"; page: string; title: string; state: RemoteFunction[]; events: RemoteEvent[] };

const page = crypto.randomUUID();
const channel = new BroadcastChannel(CHANNEL);

const tell = (events: RemoteEvent[]): void => {
  const message: PageMessage = { to: "panels", page, title: document.title, state: snapshot(), events };
  channel.postMessage(message);
};

channel.addEventListener("message", ({ data }: MessageEvent<PanelMessage | PageMessage>) => {
  if (data.to !== "pages") return;
  if (data.ask === "state") tell([]);
  else if (data.page === page) void act(data.ask, data.target).then(() => tell([]));
});
follow(tell);

const panel = document.querySelector<HTMLElement>("script[data-cachet-panel]")?.dataset["cachetPanel"];
if (panel !== undefined) showPanelLink(panel);
