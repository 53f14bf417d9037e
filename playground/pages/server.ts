import type { Page } from "../app/script/page.ts";
import type { DelaysAnswer } from "../server/delays.ts";

/** Not cached here: each run of the script asks the server, so that you see where its answer comes from. */
async function askServer(by: string): Promise<DelaysAnswer> {
  const response = await fetch(new URL(`api/delays/${by}`, document.baseURI));
  const isJson = response.headers.get("content-type")?.includes("html") !== true;
  if (!response.ok || !isJson)
    throw new Error(`The server part answered ${response.status}. It runs in the dev server: npm run playground`);
  return (await response.json()) as DelaysAnswer;
}

const STORIES: Record<DelaysAnswer["from"], string> = {
  run: "The server ran the function, and wrote the result to disk.",
  store: "The server found the result on disk: it was computed before the server started.",
  memory: "The server has the result in memory.",
  record: "A recorded answer: this copy of the playground has no server. Start one with npm run playground.",
};

export default (async (ui) => {
  ui.title("A result that survives a restart");
  ui.text(
    "The dev server counts flights in a file of 200,000, in a function with persist: true. See playground/server.",
  );
  const by = ui.select("Delays by", ["time", "distance"]);
  const [ask, clear] = ui.columns(2);
  ask?.button("Ask again");
  if (clear?.button("Clear it on the server")) await fetch(new URL("api/clear", document.baseURI));

  const { from, milliseconds, delays } = await ui.spinner("Asking the server…", () => askServer(by));
  if (from === "record") ui.warning(STORIES[from]);
  else ui.success(STORIES[from]);
  ui.metric("Time on the server", `${milliseconds.toFixed(1)} ms`);
  ui.barChart({
    label: `Mean delay in minutes by ${by === "time" ? "hour of the day" : "miles flown"}`,
    x: delays.map(({ bin }) => bin),
    lines: { delay: delays.map(({ mean }) => mean) },
  });
  ui.caption("Stop the dev server and start it again: the first answer comes from disk.");
}) satisfies Page;
