import { mayGrow, type Project, withNewFile, withoutFile } from "./project.ts";

/** Which file is looked at, and buttons for more or fewer. */
export function FileTabs({ project, change }: { project: Project; change(next: Project): void }) {
  const { files, open } = project;
  return (
    <fieldset class="live-tabs" aria-label="Files">
      {files.map(({ name }) => (
        <button
          type="button"
          key={name}
          aria-pressed={name === open}
          onClick={() => change({ ...project, open: name })}
        >
          {name}
        </button>
      ))}
      <button
        type="button"
        disabled={!mayGrow(project)}
        aria-label="Add a file"
        onClick={() => change(withNewFile(project))}
      >
        +
      </button>
      <button
        type="button"
        disabled={files.length === 1}
        aria-label={`Remove ${open}`}
        onClick={() => change(withoutFile(project, open))}
      >
        −
      </button>
    </fieldset>
  );
}
