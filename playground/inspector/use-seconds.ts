import { useEffect, useState } from "preact/hooks";

/** Draws the component again each second: times to live run out without an event. */
export function useSeconds(): void {
  const [, redraw] = useState({});
  useEffect(() => {
    const timer = setInterval(() => redraw({}), 1000);
    return () => clearInterval(timer);
  }, []);
}
