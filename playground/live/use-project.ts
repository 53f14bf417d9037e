import { useEffect, useState } from "preact/hooks";
import { type Project, sample } from "./project.ts";
import { codeIn, decodeProject, encodeProject } from "./share.ts";

/** Milliseconds without a change after which the address follows. */
const PAUSE = 400;

/** What was written, as long as the page lives: a look at another page loses nothing. */
let kept: Project = sample;

interface UsedProject {
  project: Project;
  setProject(next: Project): void;
  /** Counts what came from the address. */
  revision: number;
  /** True where the address held a project that can't be read. */
  isDamaged: boolean;
}

/** The project in the address of the page, and the address of the project. */
export function useProject(): UsedProject {
  const [project, setProject] = useState(kept);
  const [revision, setRevision] = useState(0);
  const [isDamaged, setDamaged] = useState(false);
  kept = project;
  useEffect(() => {
    const read = async () => {
      const code = codeIn(location.hash);
      if (code === undefined) return;
      const found = await decodeProject(code);
      setDamaged(found === undefined);
      if (found === undefined || JSON.stringify(found) === JSON.stringify(kept)) return;
      setProject(found);
      setRevision((before) => before + 1);
    };
    void read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  useEffect(() => {
    if (project === sample) return;
    const timer = setTimeout(() => void showInAddress(project), PAUSE);
    return () => clearTimeout(timer);
  }, [project]);
  return { project, setProject, revision, isDamaged };
}

/** The address of this page with a project in it. */
export async function addressOf(project: Project): Promise<string> {
  const url = new URL(location.href);
  url.hash = `/live?code=${await encodeProject(project)}`;
  return url.href;
}

async function showInAddress(project: Project): Promise<void> {
  const address = await addressOf(project);
  // Meanwhile another page may have been opened, whose address this is then.
  if (project === kept && location.hash.startsWith("#/live")) history.replaceState(history.state, "", address);
}
