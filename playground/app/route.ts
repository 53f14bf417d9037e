import { Observable } from "./observable.ts";

/** The page that is open: `#/weather` → `weather`, `#/live?code=…` → `live`. What follows `?` is the page's own. */
export const route = new Observable(current());

addEventListener("hashchange", () => {
  if (current() !== route.value) route.set(current());
});

function current(): string {
  return /^#\/([^?]*)/.exec(location.hash)?.[1] || "start";
}
