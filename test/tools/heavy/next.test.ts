import { afterAll, beforeAll } from "vitest";
import { Installed } from "../install.ts";
import { describeTool } from "../matrix.ts";
import { PROGRAM } from "../program.ts";

let project: Installed;
beforeAll(() => {
  project = new Installed("next");
});
afterAll(() => project.remove());

const FILES = {
  "next.config.ts": `import { withCachet } from "cachet/next";
export default withCachet({ experimental: { serverSourceMaps: true } });
`,
  "app/layout.tsx": `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
  // Next leads to the source where an error is printed; its stack stays as it is.
  "src/report.ts": `import { inspect } from "node:util";
${PROGRAM["src/report.ts"]?.replaceAll("String((error as Error).stack)", "inspect(error)")}`,
  // The page reaches marked code, too, on the server and as a client component.
  "app/page.tsx": `"use client";
import { square } from "../src/data";
export default function Page() { return <p>{square(3)}</p>; }
`,
  "app/report/route.ts": `import { report } from "../../src/report";
export const dynamic = "force-dynamic";
export const GET = async () => new Response("REPORT " + JSON.stringify(await report()));
`,
};

const BUNDLERS = { Turbopack: "--turbopack", webpack: "--webpack" };

for (const [index, [bundler, flag]] of Object.entries(BUNDLERS).entries()) {
  const port = String(3061 + 2 * index);
  const devPort = String(3062 + 2 * index);
  describeTool(
    `Next 16, ${bundler}`,
    {
      files: FILES,
      build: ["next", "build", flag],
      run: {
        command: ["node", "--enable-source-maps", "node_modules/next/dist/bin/next", "start", "-p", port],
        url: `http://127.0.0.1:${port}/report`,
      },
      losesColumns: bundler === "Turbopack",
      dev: { command: ["next", "dev", flag, "-p", devPort], url: `http://127.0.0.1:${devPort}/report` },
    },
    (files) => project.open(files),
  );
}
