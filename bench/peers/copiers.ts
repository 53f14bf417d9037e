/** Makes from a value what is kept of it, and from that a copy for each caller. */
export interface Copier {
  name: string;
  load(): Promise<{ keep: (value: unknown) => unknown; give: (kept: any) => unknown }>;
}

const load = (name: string): Promise<any> => import(name);
const same = (value: unknown) => value;

export const copiers: readonly Copier[] = [
  { name: "structuredClone", load: async () => ({ keep: structuredClone, give: structuredClone }) },
  { name: "JSON, text kept", load: async () => ({ keep: JSON.stringify, give: JSON.parse }) },
  {
    name: "v8, bytes kept",
    async load() {
      const { serialize, deserialize } = await load("node:v8");
      return { keep: serialize, give: deserialize };
    },
  },
  { name: "klona/json", load: async () => ({ keep: same, give: (await load("klona/json")).klona }) },
  { name: "klona/full", load: async () => ({ keep: same, give: (await load("klona/full")).klona }) },
  { name: "rfdc", load: async () => ({ keep: same, give: (await load("rfdc")).default() }) },
  { name: "rfdc, circles", load: async () => ({ keep: same, give: (await load("rfdc")).default({ circles: true }) }) },
  { name: "fast-copy", load: async () => ({ keep: same, give: (await load("fast-copy")).copy }) },
];
