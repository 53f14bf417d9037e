/** Something that the code hash cannot see. Warnings never fail a build. */
export interface LinkWarning {
  code: string;
  /** One sentence saying what is wrong. */
  message: string;
  /** One sentence saying what to write instead. */
  fix: string;
  /** Absolute path; the place may lie in another file than the marked function. */
  file: string;
  start: number;
  length: number;
  /** 1-based. */
  line: number;
}

export const linkCodes = {
  reassigned: "CACHET3001",
  mutated: "CACHET3002",
  impure: "CACHET3003",
  notFollowed: "CACHET3004",
} as const;
