import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildPackage, cachet, commit, project, write } from "./bin.ts";

const SHOP = {
  "package.json": '{ "name": "shop", "type": "module" }',
  "src/data.ts": `import { base } from "./base.ts";
/** @cacheData */
export async function load(id: number) { return base() + id; }
/** @cacheData */
export function kept(id: number) { return id; }
`,
  "src/base.ts": 'export const base = () => "http://x/";\n',
};
const EDIT = { "src/base.ts": '// moved\nexport const base = () => "http://y/";\n' };

function shop(): string {
  const directory = project(SHOP);
  commit(directory);
  write(directory, EDIT);
  return directory;
}

const hashOf = async (directory: string) =>
  (JSON.parse((await cachet(directory, "list", "--json")).stdout).functions as { id: string; hash: string }[]).find(
    ({ id }) => id.endsWith("#load"),
  )?.hash as string;

describe("cachet diff --format", () => {
  it("markdown: a table for a comment", async () => {
    const { code, stdout } = await cachet(shop(), "diff", "--format", "markdown");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\*\*1 of 2 cached functions goes cold\*\* since `HEAD` \([0-9a-f]{8}\)\.\n/);
    expect(stdout).toContain(
      "| `shop/src/data.ts#load` | `src/data.ts:2` | changed value `base` in `src/base.ts:2` |\n",
    );
  });

  it("github: annotations at the line to blame, relative to the repository", async () => {
    const directory = shop();
    expect((await cachet(directory, "diff", "--format", "github")).stdout).toBe(
      "::notice file=src/base.ts,line=2,title=Cached functions::shop/src/data.ts#load goes cold: changed value base\n1 of 2 cached functions goes cold since HEAD.\n",
    );
    const nested = project({});
    write(join(nested, "apps/a,b"), SHOP);
    commit(nested);
    write(join(nested, "apps/a,b"), EDIT);
    const { stdout } = await cachet(join(nested, "apps/a,b"), "diff", "--format", "github");
    expect(stdout).toMatch(/^::notice file=apps\/a%2Cb\/src\/base\.ts,line=2,/);
  });

  it("json is what --json says, and an unknown one is refused", async () => {
    const directory = shop();
    const [one, other] = [
      await cachet(directory, "diff", "--format", "json"),
      await cachet(directory, "diff", "--json"),
    ];
    expect(one).toEqual(other);
    const { code, stderr } = await cachet(directory, "diff", "--format", "markdwon");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "error There is no format 'markdwon'.\nDid you mean 'markdown'?\n",
    });
  });
});

describe("cachet explain --why", () => {
  it("says what made one code hash the other, from the work tree and from commits", async () => {
    const directory = project(SHOP);
    const first = await hashOf(directory);
    commit(directory);
    write(directory, EDIT);
    const second = await hashOf(directory);
    const { code, stdout } = await cachet(directory, "explain", "--why", first, second.slice(3, 12));
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "shop/src/data.ts#load",
      expect.stringMatching(new RegExp(`^${first}  [0-9a-f]{8}$`)),
      `${second}  the work tree`,
      "  changed value base  src/base.ts:2",
      "",
    ]);
    commit(directory, "edit");
    write(directory, { "src/base.ts": 'export const base = () => "http://z/";\n' });
    const { stdout: json } = await cachet(directory, "explain", "--json", "--why", first, second);
    expect(JSON.parse(json)).toMatchObject({
      id: "shop/src/data.ts#load",
      changes: [{ name: "base", change: "changed" }],
    });
  });

  it.each([
    [["--why", "c1:abc", "c1:def"], "'c1:abc' is no code hash."],
    [["--why", "c1:abcdef01"], "--why needs two code hashes."],
    [["--why", "c1:abcdef01", "c1:abcdef02"], "No cached function has the code hash 'abcdef01'"],
    [["src/data.ts", "src/base.ts"], "has no use for 'src/base.ts'"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await cachet(shop(), "explain", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("the GitHub action", () => {
  const action = fileURLToPath(new URL("../../.github/actions/diff/diff.sh", import.meta.url));

  /** Runs the step with a stand-in for `gh` that writes down how it is called. */
  function run(directory: string, known: string, env: Record<string, string> = {}) {
    const bin = join(buildPackage(), "dist/cli/index.js");
    write(directory, {
      ".bin/npx": `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${bin}" "$@"\n`,
      ".bin/gh": `#!/bin/sh\ncase "$*" in *--paginate*) printf '%s' "${known}";; *) printf '%s\\n' "$*" >> "${directory}/.gh";; esac\n`,
    });
    for (const name of ["npx", "gh"]) chmodSync(join(directory, ".bin", name), 0o755);
    const read = (file: string) => {
      try {
        return readFileSync(join(directory, file), "utf8");
      } catch {
        return "";
      }
    };
    const { status, stdout, stderr } = spawnSync("bash", [action], {
      cwd: directory,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: `${join(directory, ".bin")}:${process.env["PATH"]}`,
        BASE: "HEAD",
        PULL_REQUEST: "7",
        GITHUB_REPOSITORY: "me/shop",
        GITHUB_OUTPUT: join(directory, ".output"),
        GITHUB_STEP_SUMMARY: join(directory, ".summary"),
        ...env,
      },
    });
    return { status, stdout, stderr, gh: read(".gh"), output: read(".output"), summary: read(".summary") };
  }

  it("comments once what goes cold, and keeps the comment up to date", () => {
    const first = run(shop(), "");
    expect(first).toMatchObject({ status: 0, output: "cold=true\n" });
    expect(first.stdout).toContain("::notice file=src/base.ts,line=2");
    expect(first.summary).toContain("| `shop/src/data.ts#load` |");
    expect(first.gh).toContain("--method POST repos/me/shop/issues/7/comments -f body=<!-- cachet diff -->\n**1 of 2");
    expect(run(shop(), "41").gh).toContain("--method PATCH repos/me/shop/issues/comments/41");
  });

  it("is silent where nothing goes cold, and fails only if told to", () => {
    const directory = project(SHOP);
    commit(directory);
    expect(run(directory, "")).toMatchObject({ status: 0, output: "cold=false\n", gh: "" });
    expect(run(shop(), "", { FAIL: "true" }).status).toBe(1);
    expect(run(shop(), "", { COMMENT: "false" })).toMatchObject({ status: 0, gh: "" });
  });
});
