/** Long enough that a build's files come together, short enough that a process that is killed has saved. */
const DELAY = 400;

interface Saved {
  save(): void;
}

const waiting = new Set<Saved>();
let timer: NodeJS.Timeout | undefined;

/** Saves a moment after the last call, or when the process ends. It keeps no process alive. */
export function saveSoon(saved: Saved): void {
  if (timer === undefined) process.once("exit", saveAll);
  clearTimeout(timer);
  timer = setTimeout(saveAll, DELAY).unref();
  waiting.add(saved);
}

function saveAll(): void {
  clearTimeout(timer);
  timer = undefined;
  process.off("exit", saveAll);
  for (const saved of waiting) saved.save();
  waiting.clear();
}
