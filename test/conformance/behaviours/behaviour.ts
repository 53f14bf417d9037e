/** What Streamlit does, and how cachet stands to it. Without a reason, cachet does the same and a test shows it. */
export interface Behaviour {
  /** One sentence. Where Python has no counterpart of a JavaScript matter, it says what is at stake. */
  summary: string;
  /** What cachet does instead, on purpose, and why. Tests show this too. */
  differs?: string;
  /** Why there is nothing in TypeScript, or in cachet's contract, that this could be about. */
  doesNotApply?: string;
}

/** Behaviours by number. */
export type Behaviours = Readonly<Record<string, Behaviour>>;

/** Cachet does what Streamlit does. */
export const same = (summary: string): Behaviour => ({ summary });

/** Cachet does something else on purpose. */
export const differs = (summary: string, instead: string): Behaviour => ({ summary, differs: instead });

/** There is nothing here that cachet could do. */
export const absent = (summary: string, reason: string): Behaviour => ({ summary, doesNotApply: reason });
