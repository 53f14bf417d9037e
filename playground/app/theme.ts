import { Observable } from "./observable.ts";

export type Theme = "system" | "light" | "dark";

const KEY = "playground-theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

/** What the person chose. */
export const theme = new Observable<Theme>(
  (document.documentElement.dataset["theme"] as Theme | undefined) ?? "system",
);

/** What is shown: what was chosen, or what the system prefers. */
export const shownTheme = new Observable<"light" | "dark">(shown());

prefersDark.addEventListener("change", () => shownTheme.set(shown()));

export function chooseTheme(next: Theme): void {
  document.documentElement.dataset["theme"] = next;
  // Some private windows have no storage; the choice then lasts as long as the page.
  try {
    localStorage.setItem(KEY, next);
  } catch {}
  theme.set(next);
  shownTheme.set(shown());
}

function shown(): "light" | "dark" {
  if (theme.value !== "system") return theme.value;
  return prefersDark.matches ? "dark" : "light";
}
