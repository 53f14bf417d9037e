import type { ComponentProps } from "preact";

/** A button, which submits nothing. */
export const Button = ({ text, ...props }: ComponentProps<"button"> & { text: string }) => (
  <button type="button" {...props}>
    {text}
  </button>
);

/** A section that scrolls inside itself. */
export const Scroller = (props: ComponentProps<"section">) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable, or the keyboard can't scroll it.
  <section tabIndex={0} {...props} />
);

/** `1 entry`, `2 entries`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
