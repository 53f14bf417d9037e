let count = 0;
let instance = "";

/**
 * A text that nobody makes twice, also where a test stands in for the clock or for chance. It begins with the time: what a tag
 * made to expire may be served for a while after that.
 */
export function newEpoch(): string {
  instance ||= Math.random().toString(36).slice(2, 10);
  return `${Date.now().toString(36)}.${instance}${(count++).toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
}
