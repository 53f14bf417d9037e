import { useObservable } from "./observable.ts";
import { chooseTheme, type Theme, theme } from "./theme.ts";

const NAMES: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

/** Light, dark, or what the system prefers. */
export function ThemeSwitch() {
  const chosen = useObservable(theme);
  return (
    <select
      class="theme"
      aria-label="Theme"
      value={chosen}
      onInput={(event) => chooseTheme(event.currentTarget.value as Theme)}
    >
      {Object.entries(NAMES).map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  );
}
