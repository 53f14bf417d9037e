import { Button } from "../app/controls.tsx";
import { mayGrow, type Project, withNewFile, withoutFile } from "./project.ts";

/** Which file is looked at, and buttons for more or fewer. */
export function FileTabs({ project, change }: { project: Project; change(next: Project): void }) {
  const { files, open } = project;
  return (
    <fieldset class="bar" aria-label="Files">
      {files.map(({ name }) => (
        <Button
          key={name}
          text={name}
          aria-pressed={name === open}
          onClick={() => change({ ...project, open: name })}
        />
      ))}
      <Button
        text="+"
        aria-label="Add a file"
        disabled={!mayGrow(project)}
        onClick={() => change(withNewFile(project))}
      />
      <Button
        text="−"
        aria-label={`Remove ${open}`}
        disabled={files.length === 1}
        onClick={() => change(withoutFile(project, open))}
      />
    </fieldset>
  );
}
