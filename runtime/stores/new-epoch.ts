let count = 0;
let instance = "";

/** A text that nobody makes twice, also where a test stands in for the clock or for chance. */
export function newEpoch(): string {
  instance ||= Math.random().toString(36).slice(2, 10);
  return `${Date.now().toString(36)}${instance}${(count++).toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
}
