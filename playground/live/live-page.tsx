import "./live.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useObservable } from "../app/observable.ts";
import type { CompiledFile, Problem } from "./compile.ts";
import { compiler } from "./compiler.ts";
import { CompilerBar } from "./compiler-bar.tsx";
import { FileTabs } from "./file-tabs.tsx";
import { type Followed, follow } from "./follow.ts";
import { FunctionList } from "./function-list.tsx";
import { LinkButton } from "./link-button.tsx";
import { OutputView } from "./output-view.tsx";
import { ProblemList } from "./problem-list.tsx";
import { textOf, withText } from "./project.ts";
import { SourceEditor } from "./source-editor.tsx";
import { useProject } from "./use-project.ts";

const NOTHING: readonly CompiledFile[] = [];
const NO_PROBLEMS: readonly Problem[] = [];

/** Source on the left; what the transform makes of it on the right, while it is written. */
export function LivePage() {
  const { project, setProject, revision, isDamaged } = useProject();
  useEffect(() => {
    document.title = "Source → output – cachet playground";
  }, []);
  const [target, setTarget] = useState<{ offset: number }>();
  const { compiled, failure } = useCompiled(project.files);
  const functions = useFollowed(compiled);
  const file = compiled.find(({ name }) => name === project.open);
  const show = (name: string, { start }: Problem) => {
    setProject({ ...project, open: name });
    setTarget({ offset: start });
  };
  return (
    <div class="live">
      <header>
        <h1>Source → output</h1>
        <p>
          Mark a function and see what a build makes of it. What is inserted is highlighted: no line moves, and nothing
          else changes. The code hash follows helpers into other files.
        </p>
        <CompilerBar />
      </header>
      <section class="live-source" aria-label="Source">
        <div class="bar live-head">
          <FileTabs project={project} change={setProject} />
          <LinkButton project={project} />
        </div>
        {isDamaged && (
          <p class="bad" role="alert">
            The code in this link can't be read: it was cut off or changed. Ask for the whole link again.
          </p>
        )}
        <SourceEditor
          name={project.open}
          text={textOf(project, project.open)}
          revision={revision}
          problems={file?.problems ?? NO_PROBLEMS}
          change={(text) => setProject(withText(project, project.open, text))}
          target={target}
        />
      </section>
      <section class="live-output" aria-label="Output">
        <div class="bar live-head">
          <h2>{project.open}, transformed</h2>
        </div>
        <OutputView code={file?.code ?? ""} inserted={file?.inserted ?? []} />
      </section>
      <div class="live-facts">
        {failure !== undefined && (
          <p class="bad" role="alert">
            The transform failed on this text, which it never should: {failure}
          </p>
        )}
        <ProblemList compiled={compiled} show={show} />
        <FunctionList functions={functions} />
      </div>
    </div>
  );
}

/** The newest result for these files; an older one until it is there. */
function useCompiled(files: Parameters<typeof compiler.compile>[0]) {
  useEffect(() => void compiler.load(), []);
  useEffect(() => compiler.compile(files), [files]);
  const result = useObservable(compiler.result);
  const last = useRef(NOTHING);
  if (result?.type === "compiled") last.current = result.compiled;
  return { compiled: last.current, failure: result?.type === "failed" ? result.message : undefined };
}

/** Functions that a mark in the middle of being written hides for a moment are remembered, or they would come back as new. */
function useFollowed(compiled: readonly CompiledFile[]): readonly Followed[] {
  const known = useRef(new Map<string, Followed>());
  return useMemo(() => {
    const followed = follow([...known.current.values()], compiled);
    for (const each of followed) known.current.set(each.report.id, each);
    return followed;
  }, [compiled]);
}
