import { useId } from "preact/hooks";
import { Button } from "../controls.tsx";
import type { WidgetItem } from "./box.ts";
import type { Session } from "./session.ts";

/** A widget, showing the value that a person has given it even before the script has come to it again. */
export function WidgetView({ item, session }: { item: WidgetItem; session: Session }) {
  const id = useId();
  if (item.kind === "button") return <Button text={item.label} onClick={() => session.press(item.key)} />;
  const value = session.values.get(item.key) ?? item.initial;
  const set = (next: unknown) => session.set(item.key, next);
  if (item.kind === "checkbox") {
    return (
      <label class="bar checkbox">
        <input type="checkbox" checked={value === true} onInput={(event) => set(event.currentTarget.checked)} />
        {item.label}
      </label>
    );
  }
  return (
    <div class="field">
      <label for={id}>{item.label}</label>
      {item.kind === "slider" && (
        <div class="bar slider">
          <input
            id={id}
            type="range"
            min={item.min}
            max={item.max}
            step={item.step}
            value={Number(value)}
            onInput={(event) => set(event.currentTarget.valueAsNumber)}
          />
          <output for={id}>{String(value)}</output>
        </div>
      )}
      {item.kind === "select" && (
        <select id={id} value={String(value)} onInput={(event) => set(event.currentTarget.value)}>
          {item.options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      )}
      {item.kind === "textInput" && (
        <input id={id} type="text" value={String(value)} onInput={(event) => set(event.currentTarget.value)} />
      )}
    </div>
  );
}
